using System.Globalization;

namespace Lab.Fuzz.Mutants;

/// <summary>The account of a hunt: a table with a line per lowering, and what was not exposed by name.</summary>
internal sealed class MutantReport(TextWriter output)
{
    /// <summary>Of the mutants that can be exposed; issue 8.</summary>
    private const double Enough = 0.99;

    private const int Between = 100; // policies

    private readonly List<(string Lowering, int Exposed, int Survived)> _lines = [];

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
        int exposed = fates[MutantFate.Exposed].Count(), survived = fates[MutantFate.Survived].Count();
        _lines.Add((lowering, exposed, survived));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{lowering}: {exposed} of {exposed + survived} mutants exposed ({Share(exposed, survived):p1}) with {hunt.Policies} policies, {fates[MutantFate.Equivalent].Count()} equivalent, {fates[MutantFate.Refused].Count()} that the kernel refuses, {hunt.Unsteady} unsteady policies"));
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
        output.WriteLine($"{"lowering",-12} {"mutants",8} {"exposed",8}");
        foreach ((string lowering, int exposed, int survived) in _lines)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{lowering,-12} {exposed + survived,8} {Share(exposed, survived),8:p1}"));
        }

        return _lines.All(line => Share(line.Exposed, line.Survived) >= Enough);
    }

    private static double Share(int exposed, int survived) => exposed + survived == 0 ? 1 : (double)exposed / (exposed + survived);
}
