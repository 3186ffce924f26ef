using System.Globalization;

namespace Lab.Fuzz.Mutants;

/// <summary>The account of a hunt: a table with a line per lowering, and what was not exposed by name.</summary>
internal sealed class MutantReport(TextWriter output)
{
    /// <summary>So many of the mutants that can be exposed must be.</summary>
    private const double Enough = 0.99;

    private const int Between = 100; // policies

    private readonly List<(string Lowering, ILookup<MutantFate, MutantResult> Fates)> _lines = [];

    /// <summary>A line now and then.</summary>
    public void Advance(string lowering, int policy, MutantHunt hunt)
    {
        if (policy % Between == Between - 1)
        {
            output.WriteLine($"{lowering}: {policy + 1} policies, {hunt.Results.Count(result => result.Fate == MutantFate.Exposed)} exposed");
        }
    }

    public void Write(string lowering, MutantHunt hunt)
    {
        ILookup<MutantFate, MutantResult> fates = hunt.Results.ToLookup(result => result.Fate);
        _lines.Add((lowering, fates));
        output.WriteLine($"{lowering}: shown {hunt.Policies} policies, {hunt.Unsteady} times without a verdict because the unbroken rules did not do twice the same");
        foreach (IGrouping<string, MutantResult> reason in fates[MutantFate.Equivalent].GroupBy(result => result.Reason!))
        {
            output.WriteLine($"  equivalent, {reason.Count()}: {reason.Key}");
            foreach (MutantResult result in reason)
            {
                output.WriteLine($"    {result.Translation}: {result.Fault}");
            }
        }

        foreach (MutantResult result in fates[MutantFate.Survived])
        {
            output.WriteLine($"  survived at {result.Places} places: {result.Translation}: {result.Fault}");
            output.WriteLine($"    {result.Where}");
        }
    }

    /// <returns>Whether enough were exposed in every lowering.</returns>
    public bool Close()
    {
        output.WriteLine($"{"lowering",-12} {"mutants",8} {"exposed",8} {"share",7} {"survived",9} {"equivalent",11} {"refused",8}");
        foreach ((string lowering, ILookup<MutantFate, MutantResult> fates) in _lines)
        {
            int Count(MutantFate fate) => fates[fate].Count();
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{lowering,-12} {Count(MutantFate.Exposed) + Count(MutantFate.Survived),8} {Count(MutantFate.Exposed),8} {Share(fates),7:p1} {Count(MutantFate.Survived),9} {Count(MutantFate.Equivalent),11} {Count(MutantFate.Refused),8}"));
        }

        return _lines.All(line => Share(line.Fates) >= Enough);
    }

    /// <summary>Of those that frames can tell and tools take.</summary>
    private static double Share(ILookup<MutantFate, MutantResult> fates) =>
        (double)fates[MutantFate.Exposed].Count() / Math.Max(1, fates[MutantFate.Exposed].Count() + fates[MutantFate.Survived].Count());
}
