using System.Collections.Immutable;
using System.CommandLine;
using Lab.Engine.Apply;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters.Bindings;
using Lab.Engine.Filters.Interfaces;
using Lab.Engine.Packets;
using Lab.Engine.Programs;
using Lab.Live;
using Lab.Store;

namespace Lab.Commands;

/// <summary><c>nwlab binding …</c>, <c>nwlab interface apply</c>, and virsh's names for the former.</summary>
internal static class BindingCommands
{
    private static readonly Option<string?> Backend = new("--backend")
    {
        Description = $"what rules the port: {string.Join(", ", PortChoices.All.Select(b => b.Name))}",
    };

    public static IEnumerable<Command> Create() =>
    [
        new("binding", "Which port uses which filter.") { CreateCommand("create"), DeleteCommand("delete"), ListCommand("list"), ShowCommand("show"), BindingTraceCommand.Create() },
        CreateCommand("nwfilter-binding-create"), DeleteCommand("nwfilter-binding-delete"),
        ListCommand("nwfilter-binding-list"), ShowCommand("nwfilter-binding-dumpxml"),
        new("interface", "Guests' interfaces.") { ApplyCommand() },
    ];

    private static Command CreateCommand(string name)
    {
        Argument<string> file = new("file") { Description = "a <filterbinding> document, or - for standard input" };
        Command command = new(name, "Bind a filter to a port; the device need not exist yet.") { file, Backend, CommonOptions.StrictMeaning, LiveCommand.State };
        command.SetAction(line =>
        {
            string path = line.GetRequiredValue(file);
            BindingReadResult read = FilterBindingReader.Read(path, LiveCommand.Text(path));
            return read.Binding is { } binding
                ? LiveCommand.Run(line, host => Bind(host, binding, line), $"Network filter binding on {binding.Port} created", read.Diagnostics)
                : LiveCommand.Refuse(read.Diagnostics);
        });
        return command;
    }

    private static Command ApplyCommand()
    {
        Argument<string> file = new("file") { Description = "the <interface> element of a domain" };
        Command command = new("apply", "Bind the filter that an interface names to its port.") { file, Backend, CommonOptions.StrictMeaning, LiveCommand.State };
        command.SetAction(line =>
        {
            string path = line.GetRequiredValue(file);
            InterfaceReadResult read = InterfaceReader.Read(path, LiveCommand.Text(path));
            return read.Interface is not { } found ? LiveCommand.Refuse(read.Diagnostics)
                : Binding(found) is { } binding ? LiveCommand.Run(line, host => Bind(host, binding, line), $"{binding.Port} is bound to {binding.Filter.Filter}", read.Diagnostics)
                : LiveCommand.Refuse([.. read.Diagnostics, DiagnosticTable.NothingToBind.At(found.Position, "the interface has no filterref, no target or no MAC address to bind by")]);
        });
        return command;
    }

    private static ImmutableArray<Diagnostic> Bind(LiveHost host, FilterBinding binding, ParseResult line) => host.Bind(
        binding, Chosen(line.GetValue(Backend)), line.GetValue(CommonOptions.StrictMeaning) ? Meaning.Strict : Meaning.Libvirt);

    private static FilterBinding? Binding(InterfaceDefinition found) => found is { Filter: { } filter, Target: { } port, Mac: { } mac }
        ? new(new("nwlab", Guid.Empty), port, (found.Source as DirectSource)?.Lower, mac, filter, found.Position)
        : null;

    private static Command DeleteCommand(string name)
    {
        Argument<string> port = new("port");
        Command command = new(name, "Take a port's binding and rules away.") { port, LiveCommand.State };
        command.SetAction(line => LiveCommand.Run(
            line, host => host.Unbind(Port(line.GetRequiredValue(port))), $"Network filter binding on {line.GetRequiredValue(port)} deleted", []));
        return command;
    }

    private static Command ListCommand(string name)
    {
        Command command = new(name, "List the bindings.") { LiveCommand.State };
        command.SetAction(line =>
        {
            BindingCatalog catalog = LiveCommand.Folder(line).Bindings.Load();
            Console.WriteLine($" {"Port Dev",-16} Filter\n{new string('-', 40)}");
            foreach (FilterBinding binding in catalog.Bindings)
            {
                Console.WriteLine($" {binding.Port,-16} {binding.Filter.Filter}");
            }

            return LiveCommand.Report(catalog.Findings);
        });
        return command;
    }

    private static Command ShowCommand(string name)
    {
        Argument<string> port = new("port");
        Command command = new(name, "Print a port's binding as XML.") { port, LiveCommand.State };
        command.SetAction(line =>
        {
            InterfaceName wanted = Port(line.GetRequiredValue(port));
            FilterBinding? binding = LiveCommand.Folder(line).Bindings.Load().Bindings.FirstOrDefault(b => b.Port == wanted);
            Console.Write(binding is null ? throw new UserMistakeException($"there is no binding for '{wanted}'") : FilterBindingWriter.Write(binding));
            return ExitCode.Success;
        });
        return command;
    }

    internal static InterfaceName Port(string text) => InterfaceName.TryParse(text, out InterfaceName port)
        ? port
        : throw new UserMistakeException($"'{text}' is not the name of a device: 1 to {InterfaceName.MaximumLength} bytes without '/', ':' or blanks");

    private static IBackend? Chosen(string? name) => name is null ? null : PortChoices.Find(name)
        ?? throw new UserMistakeException($"there is no backend '{name}'; there are {string.Join(", ", PortChoices.All.Select(b => b.Name))}");
}
