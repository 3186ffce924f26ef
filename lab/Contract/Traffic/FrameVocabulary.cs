using System.Collections.Immutable;

namespace Lab.Contract.Traffic;

/// <summary>The words that a frame phrase may use, for the page that explains them.</summary>
public static class FrameVocabulary
{
    public static ImmutableArray<(string Words, string Does, bool NeedsTarget)> Kinds { get; } =
        [.. FrameKind.All.Select(kind => (kind.Words, kind.Does, kind.NeedsTarget))];

    public static ImmutableArray<(string Words, string Example)> Details { get; } =
        [.. FrameDetail.All.Select(detail => (detail.Words, detail.Example))];
}
