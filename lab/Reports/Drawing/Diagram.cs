using System.Collections.Immutable;

namespace Lab.Reports.Drawing;

internal enum DiagramShape
{
    /// <summary>What has ports: a bridge, a physical device under macvtap, a virtual network.</summary>
    Hub,

    Guest,
}

/// <summary>What stands on the wire between a node and the one that it hangs on.</summary>
/// <param name="Title">The filter; empty without one.</param>
/// <param name="Lines">What is special about the port, and the filter's parameters.</param>
internal sealed record DiagramWire(string Title, ImmutableArray<string> Lines)
{
    public static readonly DiagramWire Bare = new("", []);

    /// <summary>The title, if there is one, and the lines.</summary>
    public IEnumerable<string> Words => Title.Length == 0 ? Lines : Lines.Prepend(Title);

    public bool IsBare => !Words.Any();
}

/// <param name="Lines">Below the name: addresses, modes.</param>
/// <param name="Wire">To the parent; a root has none worth drawing.</param>
/// <param name="Children">What hangs on it, in the order of creation.</param>
internal sealed record DiagramNode(
    string Name, DiagramShape Shape, ImmutableArray<string> Lines, DiagramWire Wire, ImmutableArray<DiagramNode> Children);

/// <summary>A topology as it will be drawn, whatever the format: trees of nodes on wires.</summary>
internal sealed record Diagram(ImmutableArray<DiagramNode> Roots)
{
    public IEnumerable<DiagramNode> Nodes => Roots.SelectMany(Below);

    private static IEnumerable<DiagramNode> Below(DiagramNode node) => node.Children.SelectMany(Below).Prepend(node);
}
