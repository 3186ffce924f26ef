using System.Collections.Immutable;
using Lab.Contract.Scenes;
using Lab.Contract.Testbeds;

namespace Lab.Reports.Drawing;

internal enum DiagramShape
{
    /// <summary>What has ports: a bridge, a physical device under macvtap, a virtual network.</summary>
    Hub,

    Guest,
}

/// <summary>What stands on the wire between a node and the one that it hangs on: a filter with its parameters.</summary>
/// <param name="Title">Empty for a bare wire.</param>
internal sealed record DiagramWire(string Title, ImmutableArray<string> Lines)
{
    public static readonly DiagramWire Bare = new("", []);
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

    /// <summary>Guests on one bridge, with the addresses that the scenario gave them.</summary>
    public static Diagram Of(IEnumerable<GuestDraft> guests) => new(
        [new("bridge", DiagramShape.Hub, [], DiagramWire.Bare, [.. guests.Select(guest => new DiagramNode(
            guest.Name.Text, DiagramShape.Guest, [$"{guest.Mac}", .. guest.Ipv4.Select(address => $"{address}"),
            .. guest.Ipv6.Select(address => $"{address}")], WireOf(guest.Filter), []))])]);

    private static DiagramWire WireOf(FilterUse? use) => use is null ? DiagramWire.Bare
        : new(use.Filter, [.. use.Parameters.Values.SelectMany(pair => pair.Value.Select(value => $"{pair.Key}={value.Text}"))]);

    private static IEnumerable<DiagramNode> Below(DiagramNode node) => node.Children.SelectMany(Below).Prepend(node);
}
