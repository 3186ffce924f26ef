using Lab.Engine.Diagnostics;

namespace Lab.Contract.Bindings;

/// <summary>The text between the three quotes below a step.</summary>
/// <param name="MediaType">What stands behind the opening quotes, or nothing.</param>
/// <param name="Position">Where the first line of the text begins in the feature.</param>
public sealed record DocString(string Text, string MediaType, SourcePosition Position)
{
    /// <summary>The text moved to where it stands in the feature, so that a reader's positions are the feature's.</summary>
    /// <remarks>An XML declaration has to come first in a document; it is taken out, and says nothing that is needed.</remarks>
    public string InPlace
    {
        get
        {
            string indent = new(' ', Math.Max(0, Position.Column - 1));
            string[] lines = Text.Split('\n');
            if (lines[0].StartsWith("<?xml", StringComparison.Ordinal) && lines[0].IndexOf("?>", StringComparison.Ordinal) is var end and > 0)
            {
                lines[0] = new string(' ', end + 2) + lines[0][(end + 2)..];
            }

            return new string('\n', Position.Line - 1) + string.Join('\n', lines.Select(line => indent + line));
        }
    }

    public override string ToString() => Text;
}
