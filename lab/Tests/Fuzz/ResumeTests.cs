using System.Diagnostics;
using System.Globalization;
using Lab.Contract.Testbeds;
using Lab.Engine.Programs;
using Lab.Fuzz;
using Lab.Simulated;
using Lab.Testbeds;
using Lab.Tests.Kernel;

namespace Lab.Tests.Fuzz;

/// <summary>A run that ends early and is taken up counts and finds what one that was left alone does.</summary>
public sealed class ResumeTests : IDisposable
{
    private const int Seed = 5;

    private static readonly FuzzOrder Order = new(Seed, 1_500, 20, null, int.MaxValue, TimeSpan.Zero);

    private readonly string _folder = Directory.CreateTempSubdirectory("nwlab-fuzz-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_run_that_was_cancelled_again_and_again_ends_as_one_that_was_not()
    {
        (FuzzProgress whole, List<string> finds, string coverage) = Run(FuzzProgress.Beginning(Order, "", 3), cancelAt: int.MaxValue);
        finds.Should().NotBeEmpty("a fault was planted");
        FuzzMemory memory = new(_folder, Seed, TimeProvider.System);
        memory.Save(FuzzProgress.Beginning(Order, "", 3));
        List<string> found = [];
        string covered = "";

        for (int again = 0; memory.Load()!.Pairs < Order.Pairs; again++)
        {
            (FuzzProgress stands, List<string> more, covered) = Run(memory.Load()!, cancelAt: 5 + again);
            found.AddRange(more);
            memory.Save(stands);
            again.Should().BeLessThan(1000, "every run gets further");
        }

        Counts(memory.Load()!).Should().Be(Counts(whole));
        found.Should().Equal(finds);
        covered.Should().Be(coverage);
    }

    /// <summary>SIGKILL, then SIGINT, each when a second of work has been written down; then to the end.</summary>
    [KernelFact]
    public void A_run_that_was_killed_and_interrupted_ends_as_one_that_was_not()
    {
        string cut = Path.Combine(_folder, "cut"), whole = Path.Combine(_folder, "whole");
        Directory.CreateDirectory(cut);
        const long Endless = 100_000_000;

        Interrupted(cut, Endless, "KILL").Should().NotBe(0);
        long afterKill = Load(cut).Pairs;
        Interrupted(cut, Endless, "INT", "--resume").Should().Be(2);
        long afterInterrupt = Load(cut).Pairs;
        using (Process last = Nwlab(cut, afterInterrupt + 300, "--resume"))
        {
            last.WaitForExit();
        }

        using (Process undisturbed = Nwlab(whole, afterInterrupt + 300))
        {
            undisturbed.WaitForExit();
        }

        afterKill.Should().BePositive();
        afterInterrupt.Should().BeGreaterThan(afterKill);
        Counts(Load(cut)).Should().Be(Counts(Load(whole)));
    }

    private static FuzzProgress Load(string folder) => new FuzzMemory(folder, Seed, TimeProvider.System).Load()!;

    private static string Counts(FuzzProgress progress) => string.Create(CultureInfo.InvariantCulture,
        $"{progress.First} {progress.Next} {progress.Pairs} {progress.Refused} {progress.Unexplained} {progress.Walked} "
        + $"{string.Join(' ', progress.Known)} {string.Join(' ', progress.Abstentions)}");

    /// <summary>Two simulators, one of which misses negations; the other cancels when it is asked for the n-th time.</summary>
    private static (FuzzProgress End, List<string> Finds, string Coverage) Run(FuzzProgress start, int cancelAt)
    {
        using CancellationTokenSource cancel = new();
        using SimulatedTestbed wrong = new((topology, guest) => Mutation.Of(PortPrograms.Compile(topology, guest), condition =>
            condition is FieldEquals { Negated: true } equals ? equals with { Negated = false } : condition));
        using Canceller right = new(cancelAt, cancel);
        List<string> finds = [];
        FuzzSession session = new(Order, new Court([new("simulator", right), new("kernel", wrong)]), TimeProvider.System)
        {
            Found = found => finds.Add($"{found.Case.Number}: {found.What}"),
        };
        FuzzProgress end = session.Run(start, cancel.Token);
        return (end, finds, string.Join(',', session.Coverage.Boundaries));
    }

    private static int Interrupted(string folder, long pairs, string signal, params string[] more)
    {
        using FileSystemWatcher saved = new(folder, $"seed-{Seed}.json");
        using Process run = Nwlab(folder, pairs, more);
        saved.WaitForChanged(WatcherChangeTypes.All, TimeSpan.FromMinutes(2)).TimedOut.Should().BeFalse();
        using (Process kill = Process.Start("kill", [$"-{signal}", run.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            kill.WaitForExit();
        }

        run.WaitForExit();
        return run.ExitCode;
    }

    /// <summary>Who runs tests in the background may have told their children to ignore SIGINT.</summary>
    private static Process Nwlab(string folder, long pairs, params string[] more)
    {
        ProcessStartInfo start = new("env",
        [
            "--default-signal=INT", "dotnet", Path.Combine(AppContext.BaseDirectory, "nwlab.dll"), "fuzz", "--trace-identity", "--frames", "20",
            "--seed", Seed.ToString(CultureInfo.InvariantCulture), "--cases", pairs.ToString(CultureInfo.InvariantCulture), "--into", folder, .. more,
        ])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        Process process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        return process;
    }

    private sealed class Canceller(int at, CancellationTokenSource cancel) : ITestbed
    {
        private readonly SimulatedTestbed _simulator = new(PortPrograms.Compile);
        private int _asked;

        public string Name => _simulator.Name;

        public ILiveTopology Build(Topology topology)
        {
            if (++_asked == at)
            {
                cancel.Cancel();
            }

            return _simulator.Build(topology);
        }

        public void Dispose() => _simulator.Dispose();
    }
}
