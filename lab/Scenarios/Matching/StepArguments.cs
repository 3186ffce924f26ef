using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using Lab.Contract.Bindings;
using Lab.Engine.Diagnostics;
using Lab.Scenarios.Reading;

namespace Lab.Scenarios.Matching;

/// <summary>From the texts of a step to the parameters of its method: those of the pattern, then table or text.</summary>
internal static class StepArguments
{
    /// <summary>What the method needs and the step lacks, or the other way round; null when they fit.</summary>
    public static Diagnostic? Check(Step step, StepMatch match)
    {
        ParameterInfo? last = ExtraParameter(match);
        bool takesTable = last?.ParameterType == typeof(DataTable), takesText = last is not null && !takesTable;
        string? wrong = (takesTable, step.Table) switch
        {
            (true, null) => "needs a table below it",
            (false, not null) => "takes no table",
            _ => (takesText, step.Doc) switch
            {
                (true, null) => "needs a text between \"\"\" below it",
                (false, not null) => "takes no text",
                _ => null,
            },
        };
        return wrong is null ? null
            : new("SC005", Severity.Error, step.Position, $"the step '{match.Definition.Words.Pattern}' {wrong}");
    }

    public static object?[] Of(Step step, StepMatch match)
    {
        ParameterInfo[] parameters = match.Definition.Method.GetParameters();
        IEnumerable<object?> fromPattern = match.Arguments.Select((text, at) => Convert(
            at < match.Definition.Expression.Parameters.Length ? match.Definition.Expression.Parameters[at].Convert(text) : text,
            parameters[at].ParameterType));
        return ExtraParameter(match) is { } extra
            ? [.. fromPattern, extra.ParameterType == typeof(DataTable) ? step.Table
                : extra.ParameterType == typeof(string) ? step.Doc!.Text : step.Doc]
            : [.. fromPattern];
    }

    private static ParameterInfo? ExtraParameter(StepMatch match) =>
        match.Definition.Method.GetParameters().ElementAtOrDefault(match.Arguments.Length);

    private static object? Convert(object? value, Type type) =>
        value is null || type.IsInstanceOfType(value) ? value
        : TypeDescriptor.GetConverter(type) is var converter && converter.CanConvertFrom(value.GetType())
            ? converter.ConvertFrom(null, CultureInfo.InvariantCulture, value)
            : System.Convert.ChangeType(value, type, CultureInfo.InvariantCulture);
}
