using System.CommandLine;
using Lab.Store;

namespace Lab.Commands;

/// <summary>Options that several command groups have, with one meaning.</summary>
internal static class CommonOptions
{
    public static readonly Option<string?> State = new("--state")
    {
        Description = $"the state folder; otherwise ${StateFolder.Variable}, otherwise {StateFolder.Default}",
        HelpName = "folder",
    };

    public static readonly Option<bool> Json = new("--json") { Description = "print JSON" };

    public static readonly Option<bool> Quiet = new("--quiet", "-q") { Description = "no confirmations and no table headers" };

    public static readonly Option<bool> StrictMeaning = new("--strict") { Description = "what a careful author means, not what libvirt does" };

    public static readonly Option<bool> Strict = new("--strict") { Description = "what libvirt ignores in silence is an error" };

    public static StateFolder StateOf(ParseResult line) => StateFolder.Resolve(line.GetValue(State));
}
