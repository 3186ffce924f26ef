using System.CommandLine;
using Lab.Commands.Running;
using Lab.Engine.Filters;
using Lab.Reports.Drawing;
using Lab.Scenarios.Reading;
using Lab.Scenarios.Running;
using Lab.Scenarios.Suites;

namespace Lab.Commands;

/// <summary><c>nwlab draw FILE</c>: the world of a scenario as a drawing.</summary>
internal static class DrawCommand
{
    private const string Text = "text", Svg = "svg", Mermaid = "mermaid";

    public static Command Create()
    {
        Argument<string> file = new("file") { Description = "a feature file, or FILE:LINE for one scenario of it" };
        Option<string> format = new("--format", "-f") { Description = "text, svg or mermaid", DefaultValueFactory = _ => Text };
        format.AcceptOnlyFromAmong(Text, Svg, Mermaid);
        Option<string[]> steps = new("--steps") { Description = "an assembly with steps of your own; may be repeated" };
        Command command = new DocumentedCommand("draw", "Draw the topologies of scenarios.",
            "nwlab draw features/clean-traffic.feature", "nwlab draw my.feature:12 --format svg > my.svg") { file, format, steps };
        command.SetAction(line => Draw(line.GetRequiredValue(file), line.GetRequiredValue(format), line.GetValue(steps) ?? []));
        return command;
    }

    private static int Draw(string file, string format, string[] stepFiles)
    {
        ScenarioPath path = ScenarioPath.Parse(file);
        Scenarios.Matching.StepLibrary steps = StepAssemblies.Load(stepFiles);
        Suite suite = Suite.Load(FeatureFiles.Find([path.Path]), steps).Where(path.Holds);
        ScenarioRunner runner = new(steps, FilterLibrary.Stock, [new PaperTestbed()]);
        IGrouping<string, Drawn>[] different = [.. suite.Scenarios.Select(scenario => Of(scenario, runner)).GroupBy(drawn => drawn.AsText)];
        if (different.Length == 0)
        {
            throw new UserMistakeException($"{file}: there is no scenario");
        }

        if (format == Text)
        {
            Console.WriteLine(string.Join("\n\n", different.Select(alike => $"{Places(alike)}\n{alike.Key}")));
            return ExitCode.Success;
        }

        if (different.Length > 1)
        {
            throw new UserMistakeException($"{file} has {different.Length} different topologies; choose one:\n"
                + string.Join('\n', different.Select(alike => $"  {alike.First().Scenario.Id}  {alike.First().Scenario.Name}")));
        }

        Diagram diagram = different[0].First().Diagram;
        Console.WriteLine(format == Svg ? SvgDrawing.Standalone(diagram).ToString() : string.Join('\n', MermaidDrawing.Lines(diagram)));
        return ExitCode.Success;
    }

    /// <exception cref="UserMistakeException">The scenario cannot be carried out as written.</exception>
    private static Drawn Of(Scenario scenario, ScenarioRunner runner)
    {
        // A tag that reserves the scenario for one testbed does not keep it from being drawn.
        TestbedRun run = runner.Run(scenario with { Tags = [] }).Runs.Single();
        if (run.Steps.FirstOrDefault(step => step.Outcome == Outcome.Mistaken) is { } mistaken)
        {
            throw new UserMistakeException(string.Join('\n', mistaken.Diagnostics));
        }

        Diagram diagram = TopologyDiagram.Of(run.Topology, run.Guests);
        return new(scenario, diagram, string.Join('\n', TextDrawing.Lines(diagram)));
    }

    private static string Places(IEnumerable<Drawn> alike) =>
        string.Join('\n', alike.Select(drawn => $"{drawn.Scenario.Id}  {drawn.Scenario.Name}"));

    private sealed record Drawn(Scenario Scenario, Diagram Diagram, string AsText);
}
