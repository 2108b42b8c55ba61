/** The shells that have completion. */
export type Shell = "bash" | "zsh" | "fish";

/**
 * The code that each shell runs to complete a command line. It runs `qbench complete`, which prints the kind of the
 * suggestions, and then one suggestion a line.
 */
export const scripts: Readonly<Record<Shell, string>> = {
  // For Bash, `qbench complete` splits the line itself and adds the spaces. Bash 3.2, that of macOS, has no compopt.
  bash: `_qbench() {
  local kind line
  COMPREPLY=()
  {
    IFS= read -r kind
    while IFS= read -r line; do COMPREPLY+=("$line"); done
  } < <(qbench complete bash -- "$COMP_WORDBREAKS" "\${COMP_LINE:0:COMP_POINT}" 2> /dev/null)
  if [ "$kind" = files ]; then compopt +o nospace -o default 2> /dev/null; fi
  return 0
}
complete -o nospace -F _qbench qbench
`,
  zsh: `#compdef qbench

_qbench() {
  local -a lines whole open
  local line value
  lines=("\${(@f)$(qbench complete zsh -- "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2> /dev/null)}")
  if [[ $lines[1] == files ]]; then
    compset -P '*='
    _files
    return
  fi
  for line in "\${(@)lines[2,-1]}"; do
    value=\${line%%$'\\t'*}
    line=\${\${value//\\\\/\\\\\\\\}//:/\\\\:}:\${line#*$'\\t'}
    if [[ $value == *[=/] ]]; then open+=("$line"); else whole+=("$line"); fi
  done
  if [[ $lines[1] == list ]]; then
    _describe value whole -qS ,
  else
    local found=1
    (( $#whole )) && _describe value whole && found=0
    (( $#open )) && _describe value open -S '' && found=0
    return found
  fi
}

if [[ $funcstack[1] == _qbench ]]; then
  _qbench "$@"
elif (( $+functions[compdef] )); then
  compdef _qbench qbench
fi
`,
  fish: `function __qbench_complete
    type --query qbench; or return
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l text (string unescape -- $current; or string trim --left --chars "\\"'" -- $current)
    set -l lines (qbench complete fish -- $words[2..-1] "$text" 2> /dev/null)
    if test "$lines[1]" = files
        set -l option (string match --regex -- '^--[^=]*=' $current)
        string replace --regex -- '^' "$option" (__fish_complete_path (string replace -- "$option" '' $current))
    else
        printf '%s\\n' $lines[2..-1]
    end
end
complete -c qbench -e
complete -c qbench -f -a '(__qbench_complete)'
`,
};
