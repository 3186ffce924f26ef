using System.CommandLine;
using Lab.Commands.Running;
using Lab.Engine.Diagnostics;
using Lab.Scenarios.Suites;

namespace Lab.Commands;

/// <summary><c>nwlab check-features PATH…</c>: every mistake of every feature, without running anything.</summary>
internal static class CheckFeaturesCommand
{
    public static Command Create()
    {
        Argument<string[]> paths = new("path") { Arity = ArgumentArity.OneOrMore, Description = "feature files, or folders of them" };
        Option<string[]> steps = new("--steps") { Description = "an assembly with steps of your own; may be repeated" };
        Command command = new("check-features", "Find mistakes in features without running them.") { paths, steps };
        command.SetAction(line => Check(line.GetRequiredValue(paths), line.GetValue(steps) ?? []));
        return command;
    }

    private static int Check(string[] paths, string[] steps)
    {
        Suite suite = Suite.Load(FeatureFiles.Find(paths), StepAssemblies.Load(steps));
        foreach (Diagnostic mistake in suite.Mistakes)
        {
            Console.WriteLine(mistake);
        }

        Console.WriteLine($"{suite.Features.Length} features, {suite.Scenarios.Count()} scenarios, {suite.Mistakes.Length} mistakes");
        return suite.Mistakes.IsEmpty ? ExitCode.Success : ExitCode.BadInput;
    }
}
