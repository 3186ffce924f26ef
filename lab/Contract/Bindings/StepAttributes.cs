namespace Lab.Contract.Bindings;

/// <summary>Marks a class whose methods are steps, hooks or parameter types; one object is made per scenario and testbed.</summary>
/// <remarks>Constructor parameters are given by type: the scene, other bindings, or any class of your own, one per scenario.</remarks>
/// <param name="chapter">The heading in the vocabulary under which its steps stand.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class BindingAttribute(string chapter = "") : Attribute
{
    public string Chapter { get; } = chapter;
}

/// <summary>Ties a method to the words of a step.</summary>
/// <remarks>
/// The pattern is a Cucumber expression: <c>{name}</c> is a parameter type, <c>(s)</c> optional text, <c>a/b</c> a choice
/// between two words, a backslash takes the meaning away. A pattern that begins with <c>^</c> or ends with <c>$</c> is a
/// regular expression whose groups are the arguments. The keyword in the feature does not choose among the methods.
/// </remarks>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public abstract class StepAttribute(string pattern) : Attribute
{
    public string Pattern { get; } = pattern;

    /// <summary>One sentence for the vocabulary: what the step does or demands.</summary>
    public string Does { get; init; } = "";

    /// <summary>A step that matches, as a tester would write it, without keyword; tables and texts follow on further lines.</summary>
    public string Example { get; init; } = "";

    /// <summary>The keyword under which the vocabulary lists it.</summary>
    public abstract string Keyword { get; }
}

public sealed class GivenAttribute(string pattern) : StepAttribute(pattern)
{
    public override string Keyword => "Given";
}

public sealed class WhenAttribute(string pattern) : StepAttribute(pattern)
{
    public override string Keyword => "When";
}

public sealed class ThenAttribute(string pattern) : StepAttribute(pattern)
{
    public override string Keyword => "Then";
}

/// <summary>A static method that turns the text of <c>{name}</c> into a value; without groups it gets the whole text.</summary>
/// <param name="pattern">The regular expression of the text; it must not contain capturing groups.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ParameterTypeAttribute(string name, string pattern) : Attribute
{
    public string Name { get; } = name;

    public string Pattern { get; } = pattern;

    /// <summary>What may stand there, for the vocabulary.</summary>
    public string Does { get; init; } = "";
}
