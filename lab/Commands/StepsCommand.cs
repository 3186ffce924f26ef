using System.CommandLine;
using Lab.Commands.Running;
using Lab.Scenarios.Vocabularies;

namespace Lab.Commands;

/// <summary><c>nwlab steps</c>: what scenarios can say, each step with an example.</summary>
internal static class StepsCommand
{
    public static Command Create()
    {
        Argument<string[]> words = new("word") { Arity = ArgumentArity.ZeroOrMore, Description = "show only steps that mention all of these" };
        Option<bool> json = new("--json") { Description = "print JSON for editors and other programs" };
        Option<string[]> steps = new("--steps") { Description = "an assembly with steps of your own; may be repeated" };
        Command command = new("steps", "Print everything that scenarios can say, with examples.") { words, json, steps };
        command.SetAction(line =>
        {
            Vocabulary vocabulary = Vocabulary.Of(StepAssemblies.Load(line.GetValue(steps) ?? [])).Mentioning(line.GetValue(words) ?? []);
            Console.WriteLine((line.GetValue(json) ? VocabularyJson.Of(vocabulary) : VocabularyPage.Of(vocabulary)).TrimEnd());
            return vocabulary.Chapters.IsEmpty ? ExitCode.Failed : ExitCode.Success;
        });
        return command;
    }
}
