using System.Collections.Immutable;
using System.CommandLine;
using Lab.Contract.Scenes;
using Lab.Contract.Testbeds;
using Lab.Fuzz;
using Lab.Fuzz.Mutants;

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
        Option<bool> identity = new("--trace-identity") { Description = "the kernel traces each frame (nftrace), and must have walked the rules that the simulator names" };
        Option<string> around = new("--topology") { Description = $"where the guests are plugged in: {Listing.Of(Surroundings.All.Select(known => known.Name))}", DefaultValueFactory = _ => Surroundings.OneBridge.Name };
        Option<bool> mutants = new("--mutants") { Description = "break each translation of each lowering, one at a time, and list what generated frames do not notice" };
        Option<string?> lowerings = new("--lowerings") { Description = "with --mutants: which lowerings, separated by commas; all of them unless it says otherwise" };
        Option<int> generated = new("--generated") { Description = "with --mutants: generated policies behind those from the attribute table", DefaultValueFactory = _ => 60 };
        Command command = new("fuzz", "Generate policies and frames and compare what testbeds make of them.")
        {
            cases, seed, frames, on, minutes, first, stop, into, resume, identity, around, mutants, lowerings, generated,
        };
        command.SetAction((line, cancel) => Task.Run(() => line.GetValue(mutants) ? Hunt(line.GetValue(seed), LoweringsOf(line.GetValue(lowerings)), line.GetValue(generated), cancel) : Run(
            new(line.GetValue(seed), line.GetValue(cases), line.GetValue(frames),
                line.GetValue(minutes) is { } m ? TimeSpan.FromMinutes(m) : null, line.GetValue(stop), TimeSpan.FromMinutes(1))
            { Around = SurroundingsOf(line.GetValue(around)!) },
            line.GetValue(on)!, line.GetValue(identity), line.GetValue(first), line.GetValue(into)!, line.GetValue(resume), cancel), CancellationToken.None));
        return command;
    }

    private static Surroundings SurroundingsOf(string name) => Surroundings.All.FirstOrDefault(known => known.Name == name)
        ?? throw new UserMistakeException($"there is no topology called '{name}'; there is {Listing.Of(Surroundings.All.Select(known => known.Name))}");

    private static ImmutableArray<MutableLowering> LoweringsOf(string? names) => names is null ? MutableLowering.All :
    [
        .. names.Split(',', StringSplitOptions.TrimEntries).Select(name => MutableLowering.All.FirstOrDefault(known => known.Name == name)
            ?? throw new UserMistakeException($"there is no lowering called '{name}'; there is {Listing.Of(MutableLowering.All.Select(known => known.Name))}")),
    ];

    private static int Hunt(int seed, ImmutableArray<MutableLowering> lowerings, int generated, CancellationToken cancel)
    {
        MutantReport report = new(Console.Out);
        foreach (MutableLowering lowering in lowerings)
        {
            MutantHunt hunt = new(lowering, seed, places: 60);
            foreach ((int number, Topology topology) in MutantCorpus.All(seed, generated).Index().TakeWhile(_ => !cancel.IsCancellationRequested))
            {
                hunt.Hunt(topology, number);
                report.Advance(lowering.Name, number, hunt);
            }

            report.Write(lowering.Name, hunt);
        }

        return report.Close() ? ExitCode.Success : ExitCode.Failed;
    }

    private static int Run(
        FuzzOrder order, string on, bool tracing, int first, string folder, bool resume, CancellationToken cancel)
    {
        Selection selection = Selection.Of(on);
        if (selection.Kinds.Length < 2)
        {
            throw new UserMistakeException("comparing takes two testbeds");
        }

        Directory.CreateDirectory(folder);
        FuzzMemory memory = new(folder, order.Seed, TimeProvider.System);
        FuzzProgress beginning = FuzzProgress.Beginning(order, $"{on}{(tracing ? " traced" : "")}{(order.Around == Surroundings.OneBridge ? "" : $" in {order.Around.Name}")}", first);
        FuzzProgress start = resume ? TakeUp(memory, beginning) : beginning;
        ImmutableArray<Party> parties = [.. selection.Kinds.Select(kind => new Party(kind.Name, kind.Create(tracing)))];
        try
        {
            FuzzReport report = new(parties, start, folder, Console.Out);
            FuzzSession session = new(order, new Court(parties), TimeProvider.System)
            {
                Found = report.Found,
                Advanced = progress =>
                {
                    memory.Note(progress);
                    report.Advance(progress);
                },
            };
            FuzzProgress end = session.Run(start, cancel);
            memory.Save(end);
            report.Close(end, session.Coverage);
            if (cancel.IsCancellationRequested)
            {
                Console.WriteLine("interrupted; --resume takes it up again");
                return ExitCode.BadInput;
            }

            return end.Unexplained == 0 ? ExitCode.Success : ExitCode.Failed;
        }
        finally
        {
            foreach (Party party in parties)
            {
                party.Testbed.Dispose();
            }
        }
    }

    /// <exception cref="UserMistakeException">There is nothing to take up, or it was another run.</exception>
    private static FuzzProgress TakeUp(FuzzMemory memory, FuzzProgress beginning)
    {
        FuzzProgress stood = memory.Load() ?? throw new UserMistakeException($"no run of seed {beginning.Seed} was interrupted here");
        return (stood.Frames, stood.On) == (beginning.Frames, beginning.On) ? stood
            : throw new UserMistakeException($"the run of seed {beginning.Seed} was one with --frames {stood.Frames} on {stood.On}");
    }
}
