using System.CommandLine;
using Lab.Engine.Apply;
using Lab.Engine.Interop;
using Lab.Engine.Programs;
using Lab.Engine.Rulesets;
using Lab.Live;

namespace Lab.Commands;

/// <summary><c>nwlab status</c>, <c>recover</c>, <c>render</c> and <c>doctor</c>: what is asked for, and what the kernel holds.</summary>
internal static class HostCommands
{
    public static IEnumerable<Command> Create() => [Status(), Recover(), Render(), Doctor()];

    private static Command Status()
    {
        Option<bool> counters = new("--counters") { Description = "how often each rule was met" };
        Command command = new("status", "Bindings, their backends, and whether the kernel still holds their rules.") { counters, LiveCommand.State };
        command.SetAction(line =>
        {
            using NetworkNamespace here = NetworkNamespace.Current();
            using KernelFirewall kernel = new(here);
            Drift drift = new LiveHost(LiveCommand.Folder(line), kernel).Inspect();
            foreach ((IBackend backend, var ports) in drift.Policy.Ports)
            {
                foreach (PortPolicy port in ports)
                {
                    bool there = here.Run(() => System.Net.NetworkInformation.NetworkInterface.GetAllNetworkInterfaces().Any(d => d.Name == port.Device.ToString()));
                    Console.WriteLine($" {port.Device,-16} {backend.Name + (port.Rules.Family.Example.Meaning == Meaning.Strict ? " strict" : ""),-19} {(there ? "present" : "device not there yet")}");
                }
            }

            Print("missing", drift.Missing);
            Print("not ours to have", drift.Surplus);
            Console.WriteLine(drift.Interrupted ? "a change was interrupted: run 'nwlab recover'"
                : drift.None ? "the kernel holds what was asked for" : "the kernel has drifted: run 'nwlab recover'");
            if (line.GetValue(counters))
            {
                Console.Write(string.Concat(Engine.Rulesets.Nftables.NftText.OurTables.Concat(Engine.Rulesets.Nftables.NftText.OurDeviceTables).Select(table => kernel.ListNft($"list table {table}", counters: true))));
            }

            int code = LiveCommand.Report([.. drift.Policy.Diagnostics.Where(found => found.Severity == Engine.Diagnostics.Severity.Error)]);
            return drift.None ? code : ExitCode.Failed;
        });
        return command;

        static void Print(string what, IReadOnlyCollection<string> lines)
        {
            const int Shown = 10; // a flushed table is one fact, not a thousand
            foreach (string text in lines.Take(Shown))
            {
                Console.WriteLine($"  {what}: {text}");
            }

            if (lines.Count > Shown)
            {
                Console.WriteLine($"  {what}: {lines.Count - Shown} lines more");
            }
        }
    }

    private static Command Recover()
    {
        Command command = new("recover", "Bring the kernel to what the state folder says, after a kill or a flush.") { LiveCommand.State };
        command.SetAction(line => LiveCommand.Run(line, host => host.Recover(), "the kernel holds what was asked for", []));
        return command;
    }

    private static Command Doctor()
    {
        Command command = new("doctor", "What this kernel and machine have, and what each absence costs.") { LiveCommand.State };
        command.SetAction(line =>
        {
            foreach ((KernelFeature feature, bool present) in ProbedKernel.Of(LiveCommand.Folder(line)))
            {
                Console.WriteLine($" {(present ? "yes" : "no "),-4} {feature.Name,-32} {(present ? "" : feature.Cost)}");
            }

            using NetworkNamespace here = NetworkNamespace.Current();
            foreach (BridgeNetfilterSwitch name in BridgeNetfilterSwitch.All)
            {
                bool on = name.IsOn(here);
                Console.WriteLine($" {(on ? "yes" : "no "),-4} {name.Path.Replace('/', '.'),-32} {(on ? "" : name.Cost)}");
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static Command Render()
    {
        Option<string> backend = new("--backend") { Description = "whose rules to print", DefaultValueFactory = _ => PortChoices.Default.Name };
        Command command = new("render", "Print what would be loaded for the state folder's bindings, each rule with its XML line.") { backend, LiveCommand.State };
        command.SetAction(line =>
        {
            IBackend chosen = PortChoices.Find(line.GetRequiredValue(backend))
                ?? throw new UserMistakeException($"there is no backend '{line.GetValue(backend)}'");
            LivePolicy policy = LivePolicy.Of(LiveCommand.Folder(line));
            Lowered<KernelChange> lowered = chosen.Restore(new HashSet<string>(), [.. policy.Ports.SelectMany(p => p.Ports)]);
            foreach (KernelCommand kernelCommand in policy.IsSound ? lowered.Value?.Commands ?? [] : [])
            {
                Console.WriteLine($"# {kernelCommand.Tool}");
                foreach ((string text, int number) in kernelCommand.Text.TrimEnd('\n').Split('\n').Select((text, i) => (text, i + 1)))
                {
                    Console.WriteLine(kernelCommand.OriginOf(number) is { } origin && !text.Contains("comment") ? $"{text}   # {origin}" : text);
                }
            }

            return LiveCommand.Report([.. policy.Diagnostics, .. lowered.Diagnostics]);
        });
        return command;
    }
}
