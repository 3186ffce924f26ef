namespace Lab.Contract.Bindings;

/// <summary>Marks a method that runs around scenarios or steps; it takes no parameters.</summary>
/// <param name="tags">If any are given, the hook runs only for scenarios that have one of them; with or without <c>@</c>.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public abstract class HookAttribute(params string[] tags) : Attribute
{
    public IReadOnlyList<string> Tags { get; } = tags;

    /// <summary>Lower runs first; hooks that run after something go in the opposite order.</summary>
    public int Order { get; init; } = 10000;
}

public sealed class BeforeScenarioAttribute(params string[] tags) : HookAttribute(tags);

/// <summary>Runs whatever became of the scenario.</summary>
public sealed class AfterScenarioAttribute(params string[] tags) : HookAttribute(tags);

public sealed class BeforeStepAttribute(params string[] tags) : HookAttribute(tags);

public sealed class AfterStepAttribute(params string[] tags) : HookAttribute(tags);
