using System.Text.RegularExpressions;

namespace Lab.Scenarios.Reading;

/// <summary>A condition on tags as Cucumber writes it: <c>@a and not (@b or @c)</c>; the <c>@</c> may be left out.</summary>
public sealed partial class TagExpression
{
    private readonly Func<IReadOnlyCollection<string>, bool> _holds;

    private TagExpression(Func<IReadOnlyCollection<string>, bool> holds) => _holds = holds;

    public static TagExpression Any { get; } = new(_ => true);

    public bool Holds(IReadOnlyCollection<string> tags) => _holds(tags);

    /// <exception cref="FormatException">The message says what was expected where.</exception>
    public static TagExpression Parse(string text)
    {
        Queue<string> words = new(Word().Matches(text).Select(match => match.Value));
        Func<IReadOnlyCollection<string>, bool> holds = Either(words);
        return words.Count == 0 ? new(holds) : throw Unexpected(words);
    }

    private static Func<IReadOnlyCollection<string>, bool> Either(Queue<string> words)
    {
        Func<IReadOnlyCollection<string>, bool> left = Both(words);
        while (Take(words, "or"))
        {
            Func<IReadOnlyCollection<string>, bool> first = left, second = Both(words);
            left = tags => first(tags) || second(tags);
        }

        return left;
    }

    private static Func<IReadOnlyCollection<string>, bool> Both(Queue<string> words)
    {
        Func<IReadOnlyCollection<string>, bool> left = One(words);
        while (Take(words, "and"))
        {
            Func<IReadOnlyCollection<string>, bool> first = left, second = One(words);
            left = tags => first(tags) && second(tags);
        }

        return left;
    }

    private static Func<IReadOnlyCollection<string>, bool> One(Queue<string> words)
    {
        if (Take(words, "not"))
        {
            Func<IReadOnlyCollection<string>, bool> inner = One(words);
            return tags => !inner(tags);
        }

        if (Take(words, "("))
        {
            Func<IReadOnlyCollection<string>, bool> inner = Either(words);
            return Take(words, ")") ? inner : throw Unexpected(words);
        }

        if (words.Count == 0 || words.Peek() is ")" or "and" or "or")
        {
            throw Unexpected(words);
        }

        string tag = "@" + words.Dequeue().TrimStart('@');
        return tags => tags.Contains(tag);
    }

    private static bool Take(Queue<string> words, string word) =>
        words.TryPeek(out string? next) && next == word && words.TryDequeue(out _);

    private static FormatException Unexpected(Queue<string> words) =>
        new(words.TryPeek(out string? next) ? $"'{next}' does not belong there in a tag expression" : "the tag expression ends too early");

    [GeneratedRegex(@"[()]|[^\s()]+")]
    private static partial Regex Word();
}
