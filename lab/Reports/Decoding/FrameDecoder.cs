using System.Collections.Immutable;

namespace Lab.Reports.Decoding;

/// <summary>Reads one header, and says what comes behind it.</summary>
internal delegate LayerEnd LayerDecoder(FieldReader header);

/// <summary>What a header turned out to be.</summary>
/// <param name="Next">Reads what follows; null for data that has no header.</param>
internal sealed record LayerEnd(string Name, string Summary, LayerDecoder? Next = null)
{
    /// <summary>Where the payload ends, from the first byte of the frame; what lies behind is padding.</summary>
    public int? End { get; init; }

    /// <summary>For the checksum of the next layer.</summary>
    public ulong PseudoHeader { get; init; }

    /// <summary>What follows is a piece of another packet; the frame's summary ends here.</summary>
    public bool Quotes { get; init; }
}

/// <summary>Takes a frame apart, header by header, down to the last field; for people, not for the hot path.</summary>
/// <remarks>The engine's views read what filters ask for; this reads what a person debugging wants to see.</remarks>
internal static class FrameDecoder
{
    public static DecodedFrame Decode(ReadOnlyMemory<byte> frame)
    {
        ImmutableArray<DecodedLayer>.Builder layers = ImmutableArray.CreateBuilder<DecodedLayer>();
        List<string> said = [];
        LayerEnd end = new("", "", EthernetLayer.Read);
        int limit = frame.Length;
        int at = 0;
        bool quoting = false;
        while (end.Next is { } decoder && at < limit)
        {
            FieldReader reader = new(frame, at, limit) { PseudoHeader = end.PseudoHeader };
            end = decoder(reader);
            layers.Add(new(end.Name, reader.CutShort ? $"{end.Summary} (cut short)".Trim() : end.Summary,
                at, reader.Position - at, reader.Fields));
            if (!quoting)
            {
                said.Add(Sentence(end));
            }

            quoting |= end.Quotes;
            at = reader.Position;
            limit = Math.Clamp(end.End ?? limit, at, limit);
        }

        AddRest(layers, "Data", frame, at, limit);
        AddRest(layers, "Padding", frame, limit, frame.Length);
        return new(frame, layers.ToImmutable(), Headline(layers, said));
    }

    /// <remarks>Behind an Ethernet header that announces nothing we know, the type is all there is to say.</remarks>
    private static string Headline(ImmutableArray<DecodedLayer>.Builder layers, List<string> said) => said.Count switch
    {
        0 => "no bytes at all",
        1 when layers[0].Fields is [.., { Name: "type" } type] => $"type {type.Value}",
        1 => said[0],
        _ => string.Join(", ", said[1..]),
    };

    private static string Sentence(LayerEnd layer) => $"{layer.Name} {layer.Summary}".TrimEnd();

    private static void AddRest(
        ImmutableArray<DecodedLayer>.Builder layers, string name, ReadOnlyMemory<byte> frame, int from, int to)
    {
        if (from < to)
        {
            ReadOnlySpan<byte> bytes = frame.Span[from..to];
            layers.Add(new(name, $"{to - from} bytes", from, to - from,
                [new("bytes", HexDump.Plain(bytes), from, to - from, []), new("as text", HexDump.Text(bytes), from, to - from, [])]));
        }
    }
}
