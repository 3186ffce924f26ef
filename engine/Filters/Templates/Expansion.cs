using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters.Model;
using Lab.Engine.Programs;

namespace Lab.Engine.Filters.Templates;

/// <summary>How the references of one XML rule multiply it (nwfilter.md section 3.3).</summary>
/// <remarks>
/// References that share an iterator are read in parallel; iterators multiply like the wheels of an odometer, of which
/// iterator 0 turns fastest and the others follow in the order of their first reference.
/// <code>
///  $A[@1] = a1 a2 a3, $B[@2] = 80 90      (a1,80) (a2,80) (a3,80) (a1,90) (a2,90) (a3,90)
/// </code>
/// </remarks>
/// <param name="References">Distinct, in the order of the protocol's attribute table; a row has one column for each.</param>
/// <param name="Defaults">What the references to filters on the way here gave; the binding's own parameters beat them.</param>
/// <param name="Rule">Where the XML rule stands, for messages.</param>
public sealed record Expansion(
    ImmutableArray<VariableReference> References, ParameterSet Defaults, SourcePosition Rule)
{
    /// <summary>Everything one rule may be multiplied to; a product of lists can be larger than any memory.</summary>
    public const int MaximumRows = 65536;

    /// <summary>The rows for one interface; exactly one, empty, for a rule without references.</summary>
    /// <param name="parameters">The binding's, with the automatic ones; see <see cref="Unresolved"/> first.</param>
    public ImmutableArray<ImmutableArray<ParameterValue>> Rows(
        ParameterSet parameters, Meaning meaning, ICollection<Diagnostic> found)
    {
        if (References.IsEmpty)
        {
            return [[]];
        }

        ParameterSet values = parameters.Over(Defaults);
        if (TryReadRow(values, out ImmutableArray<ParameterValue> single))
        {
            return [single];
        }

        ImmutableArray<ImmutableArray<ParameterValue>[]> wheels = [.. Wheels(values, meaning, found)];
        if (wheels.Any(wheel => wheel.Length == 0))
        {
            return [];
        }

        long count = wheels.Aggregate(1L, (product, wheel) => Math.Min(product * wheel.Length, MaximumRows + 1L));
        if (count > MaximumRows)
        {
            found.Add(TemplateErrors.TooManyRows(Rule));
            return [];
        }

        int[][] columns = [.. Iterators().Select(iterator => iterator.ToArray())];
        var rows = ImmutableArray.CreateBuilder<ImmutableArray<ParameterValue>>((int)count);
        for (int row = 0; row < count; row++)
        {
            var cells = new ParameterValue[References.Length];
            int rest = row;
            for (int w = 0; w < wheels.Length; w++)
            {
                ImmutableArray<ParameterValue> tuple = wheels[w][rest % wheels[w].Length];
                rest /= wheels[w].Length;
                for (int i = 0; i < tuple.Length; i++)
                {
                    cells[columns[w][i]] = tuple[i];
                }
            }

            rows.Add([.. cells]);
        }

        return rows.MoveToImmutable();
    }

    /// <summary>The only row where every reference has one value: nearly always, and asked for thousands of times.</summary>
    private bool TryReadRow(ParameterSet values, out ImmutableArray<ParameterValue> row)
    {
        ParameterValue[] cells = new ParameterValue[References.Length];
        row = ImmutableCollectionsMarshal.AsImmutableArray(cells);
        for (int column = 0; column < cells.Length; column++)
        {
            ImmutableArray<ParameterValue> list = values.Values[References[column].Name];
            if (list.Length != 1)
            {
                return false;
            }

            cells[column] = list[0];
        }

        return true;
    }

    /// <summary>Nothing is <see cref="Unresolved"/>.</summary>
    public bool IsResolvedBy(ParameterSet parameters)
    {
        foreach (VariableReference reference in References)
        {
            if (!(parameters.Values.TryGetValue(reference.Name, out ImmutableArray<ParameterValue> list)
                || Defaults.Values.TryGetValue(reference.Name, out list)) || reference.Index >= list.Length)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The references that these parameters leave open (nwfilter.md section 3.6).</summary>
    public IEnumerable<VariableReference> Unresolved(ParameterSet parameters)
    {
        if (References.IsEmpty)
        {
            return [];
        }

        ParameterSet values = parameters.Over(Defaults);
        return References.Where(reference => !values.Values.TryGetValue(reference.Name, out ImmutableArray<ParameterValue> list)
            || reference.Index >= list.Length);
    }

    /// <summary>Columns grouped by iterator, the fastest first; an indexed reference is a wheel of its own.</summary>
    private IEnumerable<IEnumerable<int>> Iterators() => Enumerable.Range(0, References.Length)
        .GroupBy(column => References[column].Index is null ? References[column].Iterator ?? 0 : ~column)
        .OrderBy(group => group.Key == 0 ? 0 : 1);

    /// <summary>For each iterator its distinct tuples of values; none after a mistake.</summary>
    private IEnumerable<ImmutableArray<ParameterValue>[]> Wheels(
        ParameterSet values, Meaning meaning, ICollection<Diagnostic> found)
    {
        foreach (IEnumerable<int> iterator in Iterators())
        {
            VariableReference[] references = [.. iterator.Select(column => References[column])];
            ImmutableArray<ParameterValue>[] lists =
                [.. references.Select(reference => Values(reference, values))];
            int length = lists.Max(list => list.Length);
            bool repeats = meaning == Meaning.Strict; // quirk 24
            if (lists.Any(list => list.Length != length && !(repeats && list.Length == 1)))
            {
                found.Add(TemplateErrors.ListLengths(Rule, references, lists, meaning));
                yield return [];
                continue;
            }

            yield return [.. Enumerable.Range(0, length)
                .Select(row => ImmutableArray.Create([.. lists.Select(list => list[list.Length == 1 ? 0 : row])]))
                .DistinctBy(tuple => string.Join('\n', tuple.Select(value => value.Text)))];
        }
    }

    private static ImmutableArray<ParameterValue> Values(VariableReference reference, ParameterSet values)
    {
        ImmutableArray<ParameterValue> list = values.Values[reference.Name];
        return reference.Index is { } index ? [list[(int)index]] : list;
    }
}
