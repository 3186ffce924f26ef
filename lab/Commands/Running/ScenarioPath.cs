using System.Globalization;
using Lab.Scenarios.Reading;

namespace Lab.Commands.Running;

/// <summary>A path on the command line; <c>FILE:LINE</c> means the scenario, or the row, that stands there.</summary>
internal sealed record ScenarioPath(string Path, int? Line)
{
    public static ScenarioPath Parse(string text) =>
        text.LastIndexOf(':') is var at and > 0 && !File.Exists(text)
            && int.TryParse(text.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int line)
            ? new(text[..at], line) : new(text, null);

    /// <remarks>A line inside of a scenario means it too.</remarks>
    public bool Holds(Scenario scenario) => Line is not { } line
        ? scenario.Position.File == Path || scenario.Position.File.StartsWith(Path, StringComparison.Ordinal)
        : scenario.Position.File == Path
            && (scenario.Position.Line == line || scenario.Steps.Any(step => !step.FromBackground && step.Position.Line == line));
}
