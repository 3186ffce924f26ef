using Lab.Scenarios.Reading;

namespace Lab.Commands.Running;

/// <summary>The tag expression of the command line.</summary>
internal sealed class TagFilter(TagExpression expression)
{
    /// <exception cref="UserMistakeException">Not a tag expression.</exception>
    public static TagFilter Parse(string? text)
    {
        try
        {
            return new(text is null ? TagExpression.Any : TagExpression.Parse(text));
        }
        catch (FormatException mistake)
        {
            throw new UserMistakeException($"--tags '{text}': {mistake.Message}", mistake);
        }
    }

    public bool Holds(Scenario scenario) => expression.Holds(scenario.Tags);
}
