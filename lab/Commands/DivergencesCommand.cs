using System.CommandLine;
using Lab.Fuzz.Divergences;

namespace Lab.Commands;

/// <summary><c>nwlab divergences</c>: what testbeds are known to disagree about, and whether they still do.</summary>
internal static class DivergencesCommand
{
    public static Command Create()
    {
        Option<bool> check = new("--check") { Description = "run each entry's feature; fail for one that has healed" };
        Command command = new("divergences", "List the known disagreements between testbeds, with their causes.") { check };
        command.SetAction(line => line.GetValue(check) ? Check(Console.Out) : List(Console.Out));
        return command;
    }

    private static int List(TextWriter output)
    {
        foreach ((string name, Divergence entry) in Ledger.BuiltIn.Entries)
        {
            output.WriteLine($"{name}: {entry.Title}");
            foreach ((string party, string words) in entry.Says)
            {
                output.WriteLine($"  {party}: {words}");
            }

            output.WriteLine($"  cause: {entry.Cause}");
            output.WriteLine($"  source: {entry.Source}");
            output.WriteLine($"  meanings: {string.Join(", ", entry.Meanings)}");
        }

        return ExitCode.Success;
    }

    private static int Check(TextWriter output)
    {
        bool all = true;
        foreach ((string name, Divergence entry) in Ledger.BuiltIn.Entries)
        {
            foreach ((string testbed, Reproduction outcome, string? reason) in Reproducing.Check(name, entry))
            {
                output.WriteLine($"{name} on {testbed}: {Words(outcome)}{(reason is null ? "" : $": {reason}")}");
                all &= outcome is not (Reproduction.Healed or Reproduction.Broken);
            }
        }

        return all ? ExitCode.Success : ExitCode.Failed;
    }

    private static string Words(Reproduction outcome) => outcome switch
    {
        Reproduction.AsWritten => "as written",
        Reproduction.Healed => "the entry has healed and must go",
        Reproduction.Broken => "should pass here and does not",
        _ => "not checked",
    };
}
