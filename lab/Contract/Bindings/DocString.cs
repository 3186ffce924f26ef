using Lab.Engine.Diagnostics;

namespace Lab.Contract.Bindings;

/// <summary>The text between the three quotes below a step.</summary>
/// <param name="MediaType">What stands behind the opening quotes, or nothing.</param>
/// <param name="Position">Where the first line of the text begins in the feature.</param>
public sealed record DocString(string Text, string MediaType, SourcePosition Position)
{
    public override string ToString() => Text;
}
