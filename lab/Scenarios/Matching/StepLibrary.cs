using System.Collections.Immutable;
using System.Reflection;
using Lab.Contract.Bindings;
using Lab.Engine.Diagnostics;
using Lab.Scenarios.Reading;

namespace Lab.Scenarios.Matching;

/// <summary>All the words that features may use: the steps, parameter types and hooks found in some assemblies.</summary>
public sealed class StepLibrary
{
    private readonly Dictionary<string, ParameterType> _types;

    private StepLibrary(IEnumerable<Assembly> assemblies)
    {
        Type[] bindings = [.. assemblies.Distinct().SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.IsDefined(typeof(BindingAttribute)))];
        (MethodInfo Method, string Chapter)[] methods = [.. bindings.SelectMany(type => type.GetMethods(),
            (type, method) => (method, type.GetCustomAttribute<BindingAttribute>()!.Chapter))];

        _types = ParameterType.BuiltIn.Concat(methods.SelectMany(found => ParameterTypesOf(found.Method)))
            .ToDictionary(type => type.Name);
        Definitions = [.. methods.SelectMany(found => found.Method.GetCustomAttributes<StepAttribute>().Select(words =>
            new StepDefinition(words, found.Method, found.Chapter) { Expression = new(words.Pattern, _types) }))];
        Hooks = [.. methods.SelectMany(found => found.Method.GetCustomAttributes<HookAttribute>()
            .Select(hook => new Hook(hook, found.Method)))];
    }

    public ImmutableArray<StepDefinition> Definitions { get; }

    public IEnumerable<ParameterType> ParameterTypes => _types.Values;

    internal ImmutableArray<Hook> Hooks { get; }

    /// <exception cref="FormatException">A pattern that cannot be understood.</exception>
    /// <exception cref="ArgumentException">A parameter type that is defined twice.</exception>
    public static StepLibrary From(params IEnumerable<Assembly> assemblies) => new(assemblies);

    /// <summary>The one definition that fits the step, or what is wrong: none, several, an argument missing.</summary>
    internal (StepMatch? Match, Diagnostic? Mistake) Find(Step step)
    {
        StepMatch[] matches = [.. Definitions.Select(definition => (definition, arguments: definition.Expression.Match(step.Text)))
            .Where(found => found.arguments is not null)
            .Select(found => new StepMatch(found.definition, found.arguments!))];
        return matches switch
        {
            [] => (null, Unknown(step)),
            [var only] => StepArguments.Check(step, only) is { } mistake ? (null, mistake) : (only, null),
            _ => (null, new("SC004", Severity.Error, step.Position,
                $"'{step.Text}' can be read in {matches.Length} ways",
                "it fits " + string.Join(" and ", matches.Select(match => $"'{match.Definition.Words.Pattern}' ({match.Definition.Where})")))),
        };
    }

    /// <summary>Everything wrong with a feature's steps; all of it, in the order of the lines.</summary>
    public ImmutableArray<Diagnostic> Check(Feature feature) =>
        [.. feature.Scenarios.SelectMany(scenario => scenario.Steps).DistinctBy(step => (step.Position, step.Text))
            .Select(step => Find(step).Mistake).OfType<Diagnostic>()
            .OrderBy(mistake => mistake.Position.Line)];

    private Diagnostic Unknown(Step step)
    {
        string[] nearest = NearestSteps.To(step.Text, Definitions);
        string? help = nearest.Length == 0 ? "'nwlab steps' lists all that there are"
            : "did you mean:" + string.Concat(nearest.Select(pattern => $"\n    {pattern}"));
        return new("SC003", Severity.Error, step.Position, $"no step is written '{step.Text}'", help);
    }

    private static IEnumerable<ParameterType> ParameterTypesOf(MethodInfo method) =>
        method.GetCustomAttributes<ParameterTypeAttribute>().Select(type => new ParameterType(
            type.Name, type.Pattern, method.ReturnType, text => method.InvokeUnwrapped(null, text), type.Does));
}

/// <summary>A method that runs around scenarios or steps.</summary>
internal sealed record Hook(HookAttribute When, MethodInfo Method)
{
    public bool AppliesTo(ImmutableArray<string> tags) =>
        When.Tags.Count == 0 || When.Tags.Any(tag => tags.Contains("@" + tag.TrimStart('@')));
}
