using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics;
using Lab.Engine.Apply;
using Lab.Engine.Filters;
using Lab.Engine.Filters.Model;
using Lab.Engine.Filters.Templates;
using Lab.Engine.Packets;
using Lab.Engine.Rulesets;
using Lab.Libvirt;

namespace Lab.Benchmarks;

/// <summary>
/// Numbered frames at full rate while policies are swapped: policy A lets only source A pass, policy B only source B; a
/// frame from source F that arrives was judged by neither.
/// </summary>
internal static class LeakBench
{
    private const int LibvirtSwaps = 20;

    private static readonly MacAddress A = MacAddress.Parse("52:54:00:00:00:0a"), B = MacAddress.Parse("52:54:00:00:00:0b"),
        Forbidden = MacAddress.Parse("52:54:00:00:00:0f");

    /// <returns>How many frames leaked under our rules.</returns>
    public static long Run(int swaps, TextWriter output)
    {
        Count ours = Ours(swaps);
        output.WriteLine($"nft, {swaps} swaps: {ours}");
        if (PrivateLibvirtd.WhyNot is { } reason)
        {
            output.WriteLine($"libvirt was left out: {reason}");
        }
        else
        {
            output.WriteLine($"libvirt, {LibvirtSwaps} swaps: {Theirs()}");
        }

        return ours.Leaked;
    }

    private static Count Ours(int swaps)
    {
        using TapPair taps = TapPair.Create();
        using KernelFirewall kernel = new(taps.Space);
        NftBackend backend = new();
        ImmutableArray<PortPolicy>[] policies = [[Policy(A)], [Policy(B)]];
        Apply(backend.Change([], policies[0]).Value!, kernel);
        return UnderLoad(taps, () =>
        {
            for (int i = 0; i < swaps; i++)
            {
                Apply(backend.Change(policies[i % 2], policies[(i + 1) % 2]).Value!, kernel);
            }
        });
    }

    private static Count Theirs()
    {
        using PrivateLibvirtd libvirtd = PrivateLibvirtd.Start();
        using TapPair taps = TapPair.Enter(libvirtd.NetworkNamespace, 2);
        _ = libvirtd.Define([Xml(A)]);
        _ = libvirtd.Bind([$"<filterbinding><owner><name>g</name><uuid>7b5cd6fb-4a3c-4b3f-9d55-7f3f6d4c2f11</uuid></owner><portdev name='tap0'/><mac address='{A}'/><filterref filter='leak'/></filterbinding>"]);
        return UnderLoad(taps, () =>
        {
            for (int i = 0; i < LibvirtSwaps; i++)
            {
                _ = libvirtd.Define([Xml(i % 2 == 0 ? B : A)]);
            }
        });
    }

    private static void Apply(KernelChange change, KernelFirewall kernel)
    {
        foreach (KernelCommand command in change.Commands)
        {
            kernel.Run(command);
        }
    }

    private static PortPolicy Policy(MacAddress source)
    {
        FilterDefinition filter = FilterReader.Read("leak.xml", Xml(source)).Filter!;
        ImmutableDictionary<string, FilterDefinition> filters = ImmutableDictionary<string, FilterDefinition>.Empty.Add(filter.Name, filter);
        return new(BoundPorts.Device(0), ProgramCompiler.Compile(filters, filter.Name, source, ParameterSet.Empty).Program!);
    }

    private static string Xml(MacAddress source) =>
        $"<filter name='leak'><uuid>5c3ab0a5-3a55-4c5e-9e5c-0d2f8f0c7a11</uuid><rule action='accept' direction='out' priority='100'><mac srcmacaddr='{source}'/></rule>"
        + "<rule action='drop' direction='inout' priority='900'/></filter>";

    /// <summary>Sends from all three sources in turn, from a thread of its own, until the swaps are done.</summary>
    private static Count UnderLoad(TapPair taps, Action swaps)
    {
        using CancellationTokenSource done = new();
        Count count = default;
        Thread load = new(() => count = Exchange(taps, done.Token));
        load.Start();
        Stopwatch watch = Stopwatch.StartNew();
        swaps();
        TimeSpan elapsed = watch.Elapsed;
        done.Cancel();
        load.Join();
        return count with { Elapsed = elapsed };
    }

    private static Count Exchange(TapPair taps, CancellationToken done)
    {
        byte[][] frames = [.. new[] { A, B, Forbidden }.Select(source => Frames.Ethernet(MacAddress.Broadcast, source, EtherType.Experimental2, new byte[46]))];
        byte[] buffer = new byte[2048];
        long sent = 0, arrived = 0, leaked = 0;
        while (!done.IsCancellationRequested)
        {
            byte[] frame = frames[sent % frames.Length];
            BinaryPrimitives.WriteInt64BigEndian(frame.AsSpan(14), sent++);
            _ = taps.Sender.TryWrite(frame);
            for (int length; (length = taps.Receiver.Read(buffer)) > 0;)
            {
                arrived++;
                leaked += MacAddress.Read(buffer.AsSpan(6)) == Forbidden && length == frame.Length ? 1 : 0;
            }
        }

        return new(sent, arrived, leaked, default);
    }

    private readonly record struct Count(long Sent, long Arrived, long Leaked, TimeSpan Elapsed)
    {
        public override string ToString() =>
            $"{Leaked} frames under neither policy, of {Sent / 3} forbidden ones sent; {Arrived} of the others arrived; {Elapsed.TotalSeconds:F1} s";
    }
}
