using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;

namespace Lab.Scenarios.Matching;

/// <summary>A compiled step pattern: text with <c>{parameters}</c>, <c>optional(s)</c> and <c>this/that</c>, or a regular expression.</summary>
public sealed class CucumberExpression
{
    private readonly Regex _regex;

    /// <exception cref="FormatException">A parameter type that nobody defined, or brackets without end.</exception>
    internal CucumberExpression(string pattern, IReadOnlyDictionary<string, ParameterType> types)
    {
        Pattern = pattern;
        if (pattern.StartsWith('^') || pattern.EndsWith('$'))
        {
            _regex = new(pattern, RegexOptions.CultureInvariant);
            return;
        }

        List<ParameterType> parameters = [];
        string body = string.Join(' ', Words(pattern).Select(word => Alternatives(word, types, parameters)));
        _regex = new($"^{body}$", RegexOptions.CultureInvariant);
        Parameters = [.. parameters];
    }

    public string Pattern { get; }

    /// <summary>One per argument; empty for a regular expression, whose arguments are text.</summary>
    public ImmutableArray<ParameterType> Parameters { get; } = [];

    /// <summary>The texts of the arguments, or null when the step says something else.</summary>
    public string[]? Match(string text) =>
        _regex.Match(text) is { Success: true } match ? [.. match.Groups.Values.Skip(1).Select(group => group.Value)] : null;

    /// <summary>Splits at blanks that stand in no brackets.</summary>
    private static IEnumerable<string> Words(string pattern)
    {
        int depth = 0, start = 0;
        for (int i = 0; i < pattern.Length; i++)
        {
            depth += pattern[i] switch { '(' or '{' => 1, ')' or '}' => -1, _ => 0 };
            if (pattern[i] == '\\')
            {
                i++;
            }
            else if (pattern[i] == ' ' && depth == 0)
            {
                yield return pattern[start..i];
                start = i + 1;
            }
        }

        yield return pattern[start..];
    }

    private static string Alternatives(string word, IReadOnlyDictionary<string, ParameterType> types, List<ParameterType> parameters)
    {
        string regex = Translate(word, types, parameters, out bool choice);
        return choice ? $"(?:{regex})" : regex;
    }

    private static string Translate(
        string word, IReadOnlyDictionary<string, ParameterType> types, List<ParameterType> parameters, out bool choice)
    {
        choice = false;
        StringBuilder regex = new();
        for (int i = 0; i < word.Length; i++)
        {
            switch (word[i])
            {
                case '\\' when i + 1 < word.Length:
                    regex.Append(Regex.Escape(word[++i].ToString()));
                    break;
                case '/':
                    choice = true;
                    regex.Append('|');
                    break;
                case '(':
                    int close = End(word, i, ')');
                    regex.Append("(?:").Append(Regex.Escape(word[(i + 1)..close])).Append(")?");
                    i = close;
                    break;
                case '{':
                    int end = End(word, i, '}');
                    string name = word[(i + 1)..end];
                    ParameterType type = types.TryGetValue(name, out ParameterType? known) ? known
                        : throw new FormatException($"'{word}' needs a parameter type called '{name}', which nobody defines");
                    parameters.Add(type);
                    regex.Append('(').Append(type.Pattern).Append(')');
                    i = end;
                    break;
                default:
                    regex.Append(Regex.Escape(word[i].ToString()));
                    break;
            }
        }

        return regex.ToString();
    }

    private static int End(string word, int from, char close) => word.IndexOf(close, from) is var at and >= 0 ? at
        : throw new FormatException($"'{word[from]}' in '{word}' has no end");
}
