using System.CommandLine;
using Lab.Commands.Running;

namespace Lab.Commands;

/// <summary><c>nwlab run PATH…</c>: scenarios on every testbed, and whether these agree.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        Argument<string[]> paths = new("path") { Arity = ArgumentArity.OneOrMore, Description = "feature files, folders of them, or FILE:LINE for one scenario" };
        Option<string?> on = new("--on") { Description = "testbeds, separated by commas: simulator, kernel, kernel-ebiptables, kernel-netdev, libvirt; without it simulator and kernel" };
        Option<string?> tags = new("--tags", "-t") { Description = "only scenarios whose tags fit, as in '@web and not @slow'" };
        Option<string[]> steps = new("--steps") { Description = "an assembly with steps of your own; may be repeated" };
        Option<int> jobs = new("--jobs", "-j") { Description = "scenarios at a time", DefaultValueFactory = _ => Environment.ProcessorCount };
        Option<int> seed = new("--seed") { Description = "where everything random starts", DefaultValueFactory = _ => 1 };
        Option<bool> failFast = new("--fail-fast") { Description = "begin no scenario after one that did not pass" };
        Option<bool> rerunFailed = new("--rerun-failed") { Description = "only the scenarios that did not pass the last time in this folder" };
        Option<bool> watch = new("--watch") { Description = "run again whenever a file below the paths changes, until Ctrl-C" };
        Option<bool> trace = new("--trace") { Description = "the kernel traces each frame (nftrace): reports show which rules it met there, and testbeds must name the same" };
        Option<bool> timings = new("--timings") { Description = "print how long each scenario took on each testbed" };
        Option<bool> annotations = new("--annotations") { Description = "print GitHub annotations for what did not pass" };
        Option<string?> report = new("--report") { Description = "folder for the HTML report, JUnit and Cucumber results, and captures" };
        Command command = new("run", "Run scenarios on every testbed and compare what they saw.")
        {
            paths, on, tags, steps, jobs, seed, failFast, rerunFailed, watch, timings, trace, annotations, report,
        };
        command.SetAction((line, cancelled) => Task.Run(() => RunSession.Run(
            new([.. line.GetRequiredValue(paths)], line.GetValue(on), line.GetValue(tags), [.. line.GetValue(steps) ?? []],
                line.GetValue(jobs), line.GetValue(seed), line.GetValue(failFast), line.GetValue(rerunFailed), line.GetValue(watch),
                line.GetValue(timings), line.GetValue(trace), line.GetValue(annotations), line.GetValue(report)),
            cancelled), CancellationToken.None));
        return command;
    }
}
