using System.Reflection;
using Lab.Contract.Bindings;

namespace Lab.Scenarios.Matching;

/// <summary>A method that carries out steps of one form.</summary>
/// <param name="Chapter">Of the class, for the vocabulary.</param>
public sealed record StepDefinition(StepAttribute Words, MethodInfo Method, string Chapter)
{
    public required CucumberExpression Expression { get; init; }

    /// <summary>The method as a C# programmer would look for it.</summary>
    public string Where => $"{Method.DeclaringType!.Name}.{Method.Name}";
}

/// <summary>A step and the method that will carry it out.</summary>
/// <param name="Arguments">The texts that the pattern took from the step.</param>
internal sealed record StepMatch(StepDefinition Definition, string[] Arguments);
