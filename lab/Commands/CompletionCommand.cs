using System.CommandLine;

namespace Lab.Commands;

/// <summary><c>nwlab completion bash|zsh</c>: a script that asks nwlab itself what may come next.</summary>
/// <remarks>The <c>[suggest]</c> directive is System.CommandLine's; filter names come from the argument's own source.</remarks>
internal static class CompletionCommand
{
    private const string Bash = """
        # nwlab completion for bash: source <(nwlab completion bash)
        _nwlab() {
            local line=${COMP_LINE:0:COMP_POINT} IFS=$'\n'
            line=${line#* }
            COMPREPLY=($(compgen -W "$("$1" "[suggest:${#line}]" "$line" 2>/dev/null)" -- "$2"))
        }
        complete -o default -F _nwlab nwlab

        """;

    private const string Zsh = """
        #compdef nwlab
        # nwlab completion for zsh: source <(nwlab completion zsh)
        _nwlab() {
            local line="${BUFFER[1,CURSOR]#* }"
            local -a found
            found=("${(@f)$(${(Q)words[1]} "[suggest:${#line}]" "$line" 2>/dev/null)}")
            compadd -a found || _files
        }
        if [[ $funcstack[1] == _nwlab ]]; then # autoloaded from $fpath: this file is the function, called for the first time
            _nwlab "$@"
        else
            compdef _nwlab nwlab
        fi

        """;

    public static Command Create()
    {
        Argument<string> shell = new("shell") { Description = "bash or zsh" };
        shell.AcceptOnlyFromAmong("bash", "zsh");
        DocumentedCommand command = new("completion", "Print a script that completes nwlab's commands and filter names.",
            "source <(nwlab completion bash)", "nwlab completion zsh > ~/.zfunc/_nwlab") { shell };
        command.SetAction(line => line.InvocationConfiguration.Output.Write(line.GetRequiredValue(shell) == "bash" ? Bash : Zsh));
        return command;
    }
}
