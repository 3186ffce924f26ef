using System.Collections.Immutable;
using Lab.Contract.Traffic;
using Lab.Scenarios.Matching;

namespace Lab.Scenarios.Vocabularies;

/// <summary>All that features can say, made from the bindings: what the page, the JSON and the terminal show.</summary>
internal sealed record Vocabulary(
    ImmutableArray<VocabularyChapter> Chapters, ImmutableArray<VocabularyWord> Parameters,
    ImmutableArray<VocabularyWord> FrameKinds, ImmutableArray<VocabularyWord> FrameDetails)
{
    /// <summary>Chapters in the order in which a scenario needs them; those of a tester's own follow by name.</summary>
    private static readonly ImmutableArray<string> Order =
        ["Guests", "Networks", "Filters", "Traffic", "Conversations", "Changes and time", "Expectations"];

    private static readonly ImmutableArray<string> Keywords = ["Given", "When", "Then"];

    public static Vocabulary Of(StepLibrary library) => new(
        [.. library.Definitions.GroupBy(definition => definition.Chapter)
            .OrderBy(chapter => Order.IndexOf(chapter.Key) is var at and >= 0 ? at : Order.Length).ThenBy(chapter => chapter.Key, StringComparer.Ordinal)
            .Select(chapter => new VocabularyChapter(chapter.Key, [.. chapter.OrderBy(step => Keywords.IndexOf(step.Words.Keyword))
                .Select(step => new VocabularyStep(step.Words.Keyword, step.Words.Pattern, step.Words.Does, step.Words.Example, step.Where))]))],
        [.. library.ParameterTypes.Where(type => type.Name.Length > 0).OrderBy(type => type.Name, StringComparer.Ordinal)
            .Select(type => new VocabularyWord($"{{{type.Name}}}", type.Does))],
        [.. FrameVocabulary.Kinds.Select(kind => new VocabularyWord(kind.Words + (kind.NeedsTarget ? " to …" : ""), kind.Does))],
        [.. FrameVocabulary.Details.Select(detail => new VocabularyWord(detail.Words, $"with {detail.Words} {detail.Example}"))]);

    /// <summary>Only the steps that mention all of these words, in pattern, explanation or example.</summary>
    public Vocabulary Mentioning(IReadOnlyCollection<string> words) => words.Count == 0 ? this : this with
    {
        Chapters = [.. Chapters.Select(chapter => chapter with { Steps = [.. chapter.Steps.Where(step => words.All(step.Mentions))] })
            .Where(chapter => !chapter.Steps.IsEmpty)],
        Parameters = [],
        FrameKinds = [],
        FrameDetails = [],
    };
}

internal sealed record VocabularyChapter(string Name, ImmutableArray<VocabularyStep> Steps);

/// <param name="Example">A step without its keyword; further lines are its table or text.</param>
/// <param name="Binding">The class and method that carry it out.</param>
internal sealed record VocabularyStep(string Keyword, string Pattern, string Does, string Example, string Binding)
{
    public bool Mentions(string word) => $"{Pattern} {Does} {Example}".Contains(word, StringComparison.OrdinalIgnoreCase);
}

internal sealed record VocabularyWord(string Words, string Does);
