using System.Globalization;

namespace Lab.Scenarios.Matching;

/// <summary>What <c>{name}</c> stands for in a Cucumber expression.</summary>
/// <param name="Pattern">A regular expression without capturing groups.</param>
public sealed record ParameterType(string Name, string Pattern, Type Type, Func<string, object?> Convert, string Does)
{
    /// <summary>The types that every Cucumber knows.</summary>
    internal static readonly ParameterType[] BuiltIn =
    [
        new("", ".*", typeof(string), text => text, "anything"),
        new("int", @"-?\d+", typeof(int), text => int.Parse(text, CultureInfo.InvariantCulture), "a whole number"),
        new("float", @"-?\d+(?:\.\d+)?", typeof(double), text => double.Parse(text, CultureInfo.InvariantCulture), "a number"),
        new("word", @"\S+", typeof(string), text => text, "a word without blanks"),
        new("string", "\"[^\"]*\"|'[^']*'", typeof(string), text => text[1..^1], "text in quotes"),
    ];
}
