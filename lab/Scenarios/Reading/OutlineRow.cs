using Ast = Gherkin.Ast;

namespace Lab.Scenarios.Reading;

/// <summary>The values that one row of examples gives to the placeholders of its outline.</summary>
internal sealed class OutlineRow
{
    public static readonly OutlineRow None = new([]);

    private readonly (string Name, string Value)[] _values;

    public OutlineRow(Ast.TableRow header, Ast.TableRow row)
        : this([.. header.Cells.Zip(row.Cells, (name, value) => (name.Value, value.Value))])
    {
    }

    private OutlineRow((string, string)[] values) => _values = values;

    public string Fill(string text) => _values.Aggregate(text, (filled, pair) =>
        filled.Replace($"<{pair.Name}>", pair.Value, StringComparison.Ordinal));

    /// <summary>The values alone, for telling rows apart whose names do not.</summary>
    public override string ToString() => $"[{string.Join(", ", _values.Select(pair => pair.Value))}]";
}
