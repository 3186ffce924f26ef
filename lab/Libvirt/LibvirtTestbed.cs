using System.ComponentModel;
using System.Security.Cryptography;
using System.Text;
using Lab.Contract.Testbeds;
using Lab.Engine.Apply;
using Lab.Engine.Filters;
using Lab.Engine.Filters.Model;
using Lab.Engine.Interop;
using Lab.Engine.Programs;
using Lab.Engine.Rulesets;
using Lab.Kernel;
using Lab.Kernel.Tracing;
using Lab.Testbeds;
using Microsoft.Win32.SafeHandles;

namespace Lab.Libvirt;

/// <summary>Real taps on a real bridge under the rules that a real libvirtd makes of the same documents.</summary>
/// <remarks>
/// One daemon serves all topologies, one after the other: libvirt changes rules strictly in turn anyhow. What a topology
/// leaves (definitions) is kept, since defining is cheap only when nothing changed.
/// </remarks>
internal sealed class LibvirtTestbed : ITestbed
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Dictionary<string, string> _defined = new(StringComparer.Ordinal);
    private PrivateLibvirtd? _libvirt;
    private NetworkNamespace? _space;
    private KernelFirewall? _kernel;

    public string Name => "libvirt";

    /// <summary>Whether topologies tell which rules each frame met: libvirt's are one for one those of our lowering for the same tools.</summary>
    public bool Tracing { get; init; }

    /// <summary>Why this testbed cannot run here, or null if it can.</summary>
    public static string? Unavailable() => PrivateLibvirtd.WhyNot ?? KernelTestbed.Unavailable();

    /// <remarks>Waits until the topology before this one is disposed.</remarks>
    public ILiveTopology Build(Topology topology)
    {
        string? lack = topology.Host is not null ? "the libvirt testbed has no host networks yet"
            : topology.Meaning == Meaning.Strict ? "libvirt reads filters in its own meaning only" : null;
        if (lack is not null)
        {
            throw new TestbedException(lack) { Abstention = lack };
        }

        _turn.Wait();
        try
        {
            Start();
            return Furnish(topology);
        }
        catch (Win32Exception refusal)
        {
            Stop();
            _turn.Release();
            throw new TestbedException($"{refusal.Message} (errno {refusal.NativeErrorCode})", refusal);
        }
        catch
        {
            // A failed binding leaves chains and rules behind (nwfilter.md, quirks 4 and 33); a new daemon starts clean.
            Stop();
            _turn.Release();
            throw;
        }
    }

    public void Dispose()
    {
        Stop();
        _turn.Dispose();
    }

    private void Start()
    {
        if (_libvirt is not null)
        {
            return;
        }

        _libvirt = PrivateLibvirtd.Start();
        using SafeFileHandle file = File.OpenHandle(_libvirt.NetworkNamespace);
        _space = NetworkNamespace.Enter(file);
        _kernel = new(_space);
        _libvirt.Run("ebtables", "-t", "nat", "-A", "POSTROUTING",
            "-s", $"{Devices.MarkerMac}", "-p", "0x88b5", "-j", "ACCEPT"); // before all that libvirt will append
    }

    private void Stop()
    {
        _kernel?.Dispose();
        _space?.Dispose();
        _libvirt?.Dispose();
        _defined.Clear();
        (_kernel, _space, _libvirt) = (null, null, null);
    }

    private LibvirtTopology Furnish(Topology topology)
    {
        Define(Reachable(topology));
        // As in the other testbeds: IP tables see the bridge's packets when, and only when, some port has rules there.
        bool ipRules = Reachable(topology).SelectMany(filter => filter.Entries).OfType<RuleEntry>()
            .Any(rule => rule.Protocol is { Layer: not ProtocolLayer.Ethernet });
        TapBridge bridge = _space!.Run(() =>
        {
            TapBridge.ForgetTracking();
            return TapBridge.Create(topology, ipRules);
        });
        try
        {
            (Guest Guest, int Index)[] filtered =
                [.. topology.Guests.Select((guest, index) => (guest, index)).Where(port => port.guest.Filter is not null)];
            Expect(_libvirt!.Bind(filtered.Select(port => Binding(port.Guest, port.Index))), filtered.Select(port => $"{port.Guest.Name}"));
            return new(_libvirt, _space, bridge, [.. filtered.Select(port => Devices.Port(port.Index))], topology.Guests.Length, Tracing ? Trace(topology, bridge, filtered) : null, _turn);
        }
        catch
        {
            bridge.Dispose();
            throw;
        }
    }

    private TablesTrace Trace(Topology topology, TapBridge bridge, IEnumerable<(Guest Guest, int Index)> filtered)
    {
        TablesTrace trace = new(_kernel!, TraceSwitch.AllButMarkers);
        trace.Follow([.. filtered.Select(port => new PortPolicy(Devices.Port(port.Index), PortPrograms.Compile(topology, port.Guest)))], bridge.Guests);
        return trace;
    }

    private void Define(IEnumerable<FilterDefinition> filters)
    {
        (string Name, string Text)[] changed =
        [
            .. filters.Select(filter => (filter.Name, Text: FilterWriter.Write(filter with { Uuid = IdentityOf(filter.Name) })))
                .Where(filter => !_defined.TryGetValue(filter.Name, out string? text) || text != filter.Text),
        ];
        Expect(_libvirt!.Define(changed.Select(filter => filter.Text)), changed.Select(filter => filter.Name));
        foreach ((string name, string text) in changed)
        {
            _defined[name] = text;
        }
    }

    private static void Expect(IEnumerable<VirshAnswer> answers, IEnumerable<string> subjects)
    {
        foreach ((VirshAnswer answer, string subject) in answers.Zip(subjects))
        {
            if (answer.Refusal is { } refusal)
            {
                throw new TestbedException($"libvirt refused {subject}: {refusal}");
            }
        }
    }

    /// <summary>libvirt knows a filter by name and UUID together; the same name always gets the same one.</summary>
    private static Guid IdentityOf(string name) => new(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16));

    private static IEnumerable<FilterDefinition> Reachable(Topology topology)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        Queue<string> names = new(topology.Guests.Select(guest => guest.Filter?.Filter).OfType<string>());
        while (names.TryDequeue(out string? name))
        {
            if (seen.Add(name) && topology.Filters.TryGetValue(name, out FilterDefinition? filter))
            {
                yield return filter;
                foreach (ReferenceEntry reference in filter.Entries.OfType<ReferenceEntry>())
                {
                    names.Enqueue(reference.Filter);
                }
            }
        }
    }

    private static string Binding(Guest guest, int index)
    {
        FilterUse use = guest.Filter!;
        string parameters = string.Concat(use.Parameters.Values.SelectMany(list => list.Value.Select(value =>
            $"<parameter name='{list.Key}' value='{value.Text}'/>")));
        return $"""
            <filterbinding>
              <owner><name>guest{index}</name><uuid>{IdentityOf($"guest{index}")}</uuid></owner>
              <portdev name='{Devices.Port(index)}'/>
              <mac address='{guest.Mac}'/>
              <filterref filter='{use.Filter}'>{parameters}</filterref>
            </filterbinding>
            """;
    }
}
