using System.Collections.Immutable;
using Lab.Reports.Decoding;

namespace Lab.Reports.Html;

/// <summary>Decodes each different frame once and gives it a number.</summary>
internal sealed class FrameTable
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly ImmutableArray<PageFrame>.Builder _frames = ImmutableArray.CreateBuilder<PageFrame>();

    public ImmutableArray<PageFrame> Frames => _frames.ToImmutable();

    public int NumberOf(ReadOnlyMemory<byte> frame)
    {
        string hex = HexDump.Plain(frame.Span);
        if (!_numbers.TryGetValue(hex, out int number))
        {
            number = _frames.Count;
            _numbers.Add(hex, number);
            DecodedFrame decoded = FrameDecoder.Decode(frame);
            _frames.Add(new(hex, decoded.Headline, [.. decoded.Layers.Select(Of)]));
        }

        return number;
    }

    private static PageLayer Of(DecodedLayer layer) =>
        new(layer.Name, layer.Summary, layer.Offset, layer.Length, [.. layer.Fields.Select(Of)]);

    private static PageField Of(DecodedField told) =>
        new(told.Name, told.Value, told.Offset, told.Length, told.Parts.IsEmpty ? null : [.. told.Parts.Select(Of)]);
}
