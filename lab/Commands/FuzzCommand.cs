using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using Lab.Engine.Apply;
using Lab.Fuzz;

namespace Lab.Commands;

/// <summary><c>nwlab fuzz</c>: generated policies and frames before several testbeds, until they disagree.</summary>
internal static class FuzzCommand
{
    public static Command Create()
    {
        Option<long> cases = new("--cases") { Description = "pairs of a policy and a frame", DefaultValueFactory = _ => 10_000 };
        Option<int> seed = new("--seed") { Description = "where everything random starts", DefaultValueFactory = _ => 1 };
        Option<int> frames = new("--frames") { Description = "frames for each policy", DefaultValueFactory = _ => 50 };
        Option<string> on = new("--on") { Description = "testbeds, separated by commas; the first is compared with the others", DefaultValueFactory = _ => "simulator,kernel" };
        Option<int?> minutes = new("--minutes") { Description = "stop after so many minutes" };
        Option<int> first = new("--first") { Description = "number of the first policy of the seed", DefaultValueFactory = _ => 0 };
        Option<int> stop = new("--stop-after") { Description = "stop after so many disagreements", DefaultValueFactory = _ => 10 };
        Option<string> into = new("--into") { Description = "folder for what is found, and for taking up an interrupted run", DefaultValueFactory = _ => "artifacts/fuzz" };
        Option<bool> resume = new("--resume") { Description = "take up the run that was interrupted" };
        Option<bool> mutants = new("--mutants") { Description = "break each translation of the nft lowering, one at a time, and list what is noticed" };
        Command command = new("fuzz", "Generate policies and frames and compare what testbeds make of them.")
        {
            cases, seed, frames, on, minutes, first, stop, into, resume, mutants,
        };
        command.SetAction((line, cancel) => Task.FromResult(line.GetValue(mutants) ? Hunt(line.GetValue(seed), cancel) : Run(
            new(line.GetValue(seed), line.GetValue(cases), line.GetValue(frames),
                line.GetValue(minutes) is { } m ? TimeSpan.FromMinutes(m) : null, line.GetValue(stop), TimeSpan.FromMinutes(1)),
            line.GetValue(on)!, line.GetValue(first), line.GetValue(into)!, line.GetValue(resume), cancel)));
        return command;
    }

    private static int Hunt(int seed, CancellationToken cancel)
    {
        MutantHunt hunt = new(new NftBackend(), seed, patience: 40);
        int exposed = 0, survived = 0;
        foreach (Mutant mutant in MutantHunt.Mutants.TakeWhile(_ => !cancel.IsCancellationRequested))
        {
            (bool noticed, int policies) = hunt.Hunt(mutant);
            if (policies == 0)
            {
                continue; // no generated policy has such a condition
            }

            (exposed, survived) = noticed ? (exposed + 1, survived) : (exposed, survived + 1);
            Console.WriteLine($"{(noticed ? "exposed " : "survived")} {mutant.Name} ({policies} policies)");
        }

        Console.WriteLine($"{exposed} of {exposed + survived} mutants exposed");
        return survived == 0 ? ExitCode.Success : ExitCode.Failed;
    }

    private static int Run(FuzzOrder order, string on, int first, string folder, bool resume, CancellationToken cancel)
    {
        Directory.CreateDirectory(folder);
        string memory = Path.Combine(folder, $"seed-{order.Seed}.json");
        FuzzProgress start = resume && File.Exists(memory)
            ? JsonSerializer.Deserialize(File.ReadAllText(memory), FuzzJson.Default.FuzzProgress)!
            : new(order.Seed, order.Frames, first, 0, 0, TimeSpan.Zero);
        Selection selection = Selection.Of(on);
        ImmutableArray<Party> parties = [.. selection.Kinds.Select(kind => new Party(kind.Name, kind.Create()))];
        if (parties.Length < 2)
        {
            throw new UserMistakeException("comparing takes two testbeds");
        }

        FuzzReport report = new(parties, order, folder, Console.Out);
        try
        {
            Court court = new(parties);
            FuzzSession session = new(order, court, TimeProvider.System) { Advanced = report.Advance, Found = report.Found };
            FuzzProgress end = session.Run(start, cancel);
            File.WriteAllText(memory, JsonSerializer.Serialize(end, FuzzJson.Default.FuzzProgress));
            report.Close(end, session.Coverage, court.Abstentions);
        }
        finally
        {
            foreach (Party party in parties)
            {
                party.Testbed.Dispose();
            }
        }

        return report.Unexplained == 0 ? ExitCode.Success : ExitCode.Failed;
    }
}
