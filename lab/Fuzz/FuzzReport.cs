using System.Collections.Immutable;
using System.Globalization;
using Lab.Contract.Testbeds;

namespace Lab.Fuzz;

/// <summary>What a person sees of a session: a line now and then, each find, and the account at the end.</summary>
internal sealed class FuzzReport(ImmutableArray<Party> parties, FuzzProgress start, string folder, TextWriter output)
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(5);

    private TimeSpan _said = start.Spent;

    public void Advance(FuzzProgress progress)
    {
        if (progress.Spent - _said >= Between)
        {
            _said = progress.Spent;
            output.WriteLine(Line(progress));
        }
    }

    /// <summary>Writes the find down; made again after an interruption, it has the same name.</summary>
    public void Found(Disagreement found)
    {
        string file = Path.Combine(folder, $"seed-{start.Seed}-{found.Case.Number}-{found.One}-{found.Other}.feature");
        string title = $"{found.One} and {found.Other} disagree (seed {start.Seed}, case {found.Case.Number})";
        ITestbed truth = parties.Single(party => party.Name == found.Other).Testbed;
        File.WriteAllText(file, FeatureWriter.Write(title, found.Case, Observe(truth, found.Case)) + Traces(found));
        output.WriteLine($"case {found.Case.Number}: {found.What}\n  {file}");
    }

    public void Close(FuzzProgress progress, Coverage coverage)
    {
        output.WriteLine(Line(progress));
        output.WriteLine($"attributes × sense × direction tried: {coverage.Attributes} of {Coverage.AllAttributes}");
        string[] untried = [.. coverage.Untried()];
        if (untried.Length > 0)
        {
            output.WriteLine($"never tried: {string.Join(", ", untried)}");
        }

        foreach ((string party, int attributes) in coverage.Parties)
        {
            output.WriteLine($"  of which {party} took {attributes}");
        }

        string[] takers = [.. coverage.Parties.Select(party => party.Party)];
        output.WriteLine($"{"condition",-24} {"from guest: inside",20} {"outside",10} {"to guest: inside",20} {"outside",10}  sides that {string.Join(", ", takers)} met, of 4");
        foreach (IGrouping<string, ((string Condition, bool Inside, bool ToGuest) Boundary, long Count)> condition in
                 coverage.Boundaries.GroupBy(boundary => boundary.Boundary.Condition))
        {
            long Of(bool toGuest, bool inside) => condition
                .Where(entry => entry.Boundary.ToGuest == toGuest && entry.Boundary.Inside == inside).Sum(entry => entry.Count);
            output.WriteLine($"{condition.Key,-24} {Of(false, true),20} {Of(false, false),10} {Of(true, true),20} {Of(true, false),10}  {string.Join(' ', takers.Select(party => coverage.Sides(party, condition.Key)))}");
        }

        foreach ((string party, int times) in progress.Abstentions)
        {
            output.WriteLine($"{party} abstained from {times} policies: it lacks a feature that they need");
        }

        foreach ((string entry, int times) in progress.Known)
        {
            output.WriteLine($"{times} disagreements that fixtures/divergences/{entry} explains");
        }

        if (progress.Walked is { Frames: > 0 } walked)
        {
            output.WriteLine($"{walked.Frames} frames traced by both, through {walked.Stages} stages, in which they matched {walked.Rules} rules");
        }

        output.WriteLine($"{progress.Unexplained} disagreements outside the ledger");
    }

    private static string Line(FuzzProgress progress) => string.Create(CultureInfo.InvariantCulture,
        $"{progress.Pairs} pairs, {progress.Next} policies ({progress.Refused} refused), {progress.PairsPerSecond:f0} pairs/s, {progress.Spent:hh\\:mm\\:ss}");

    /// <summary>What comes of each frame, one after the other.</summary>
    private static ImmutableArray<Observation> Observe(ITestbed testbed, Case @case)
    {
        try
        {
            using ILiveTopology live = testbed.Build(@case.Topology);
            return [.. @case.Stimuli.Select(stimulus => live.Send([stimulus]))];
        }
        catch (TestbedException)
        {
            return [.. @case.Stimuli.Select(_ => new Observation([], []))];
        }
    }

    /// <summary>Each party's own account, as comments below the scenario.</summary>
    private string Traces(Disagreement found) => string.Concat(parties.Where(party => party.Name == found.One || party.Name == found.Other)
        .SelectMany(party => Account(party, found.Case).Prepend($"{party.Name}:")).Select(line => $"# {line}\n").Prepend("\n"));

    private static IEnumerable<string> Account(Party party, Case @case)
    {
        try
        {
            using ILiveTopology live = party.Testbed.Build(@case.Topology);
            Observation seen = live.Send(@case.Stimuli);
            return [.. seen.Decisions.SelectMany(decision => decision.Lines), .. live.Describe().Split('\n')];
        }
        catch (Exception refusal) when (refusal is TestbedException or Contract.Bindings.ScenarioMistakeException)
        {
            return [refusal.Message.ReplaceLineEndings(" ")];
        }
    }
}
