using System.Collections.Immutable;

namespace Lab.Reports.Decoding;

/// <summary>One thing that a header says, and the bytes that say it.</summary>
/// <param name="Offset">From the first byte of the frame.</param>
/// <param name="Length">In bytes; what shares a byte with others covers all of it.</param>
/// <param name="Parts">What these bytes say in detail; empty for most fields.</param>
internal sealed record DecodedField(string Name, string Value, int Offset, int Length, ImmutableArray<DecodedField> Parts);

/// <summary>A header, or the data behind the last one.</summary>
/// <param name="Summary">Half a line for people; empty when the name says it all.</param>
internal sealed record DecodedLayer(string Name, string Summary, int Offset, int Length, ImmutableArray<DecodedField> Fields);

/// <summary>A frame as people read it: a line, a tree of fields, the bytes.</summary>
/// <param name="Layers">From the outside in; they do not overlap, and together they cover the frame.</param>
/// <param name="Headline">Who talks to whom about what, in one line and without MAC addresses.</param>
internal sealed record DecodedFrame(ReadOnlyMemory<byte> Bytes, ImmutableArray<DecodedLayer> Layers, string Headline)
{
    /// <summary>The headline behind the MAC addresses.</summary>
    public string Summary => Layers.Length > 1 ? $"{Layers[0].Summary}, {Headline}" : Headline;

    /// <summary>The fields, one a line; what belongs to the line above is indented by two more blanks.</summary>
    public IEnumerable<string> Tree => Layers.SelectMany(layer =>
        layer.Fields.SelectMany(told => Lines(told, "  ")).Prepend($"{layer.Name} {layer.Summary}".TrimEnd()));

    /// <summary>Offset, sixteen bytes in hexadecimal, the same as text.</summary>
    public IEnumerable<string> Hex => HexDump.Lines(Bytes);

    private static IEnumerable<string> Lines(DecodedField told, string indent) =>
        told.Parts.SelectMany(part => Lines(part, indent + "  ")).Prepend($"{indent}{told.Name}: {told.Value}".TrimEnd());
}
