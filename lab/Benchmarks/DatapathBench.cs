using System.Collections.Immutable;
using Lab.Engine.Apply;
using Lab.Engine.Packets;
using Lab.Engine.Rulesets;

namespace Lab.Benchmarks;

/// <summary>What a frame costs on its way from tap to tap, with more and more ports bound beside the two that carry it.</summary>
/// <remarks>
/// Ours answers with a map lookup, whatever the number of ports. libvirt's layout asks one rule per port whether the
/// frame is that port's, twice, so a frame among a thousand ports is no matter of nanoseconds; hence a round lasts for
/// a time and not for a number of frames.
/// </remarks>
internal static class DatapathBench
{
    private const int Batch = 250; // a tap holds 1000 unread frames

    private const int Rounds = 5; // of which the best counts: the machine has other work

    private static readonly TimeSpan RoundTime = TimeSpan.FromMilliseconds(300); // of the processor

    public static void Run(bool againstLibvirt, TextWriter output)
    {
        double bare = Measure(null, 0);
        output.WriteLine($"no rules: {bare:F0} ns a frame, tap to bridge to tap, one write and one read");
        Dictionary<int, double> ours = Sweep("nft", new NftBackend(), bare, [], output);
        if (againstLibvirt)
        {
            _ = Sweep("libvirt's layout (ebtables)", new EbiptablesBackend(), bare, ours, output);
        }
    }

    /// <param name="other">Costs to compare with.</param>
    private static Dictionary<int, double> Sweep(string name, IBackend backend, double bare, Dictionary<int, double> other, TextWriter output)
    {
        Dictionary<int, double> costs = [];
        foreach (int ports in new[] { 1, 100, 1000 })
        {
            double cost = costs[ports] = Measure(backend, ports);
            output.WriteLine($"{name}, {ports} bound: {cost:F0} ns a frame, rules {cost - bare:F0} ns, {cost / costs[1]:F2} times that of one port"
                + (other.TryGetValue(ports, out double theirs) ? $", {cost / theirs:F1} times nft's" : ""));
        }

        return costs;
    }

    /// <summary>Nanoseconds for an honest UDP datagram: it passes every anti-spoofing chain, so it is the dearest frame.</summary>
    /// <remarks>The two ports are bound last, where rules that are walked through cost most.</remarks>
    private static double Measure(IBackend? backend, int ports)
    {
        using TapPair taps = TapPair.Create();
        using KernelFirewall kernel = new(taps.Space);
        taps.Space.SetSysctl("net/bridge/bridge-nf-call-iptables", "0");
        ImmutableArray<PortPolicy> policies = BoundPorts.Compile(BoundPorts.Template(), [.. Enumerable.Range(0, ports).Reverse().Select(BoundPorts.Binding)]);
        foreach (KernelCommand command in backend?.Restore(ImmutableHashSet<string>.Empty, policies).Value!.Commands ?? [])
        {
            kernel.Run(command);
        }

        byte[] frame = Lab.Engine.Packets.Frames.Ethernet(BoundPorts.Mac(1), BoundPorts.Mac(0), EtherType.Ipv4,
            Lab.Engine.Packets.Frames.Udp(BoundPorts.Ip(0), 4000, BoundPorts.Ip(1), 5000, new byte[18]));
        byte[] buffer = new byte[2048];
        return Enumerable.Range(0, Rounds).Select(_ => Round(taps, frame, buffer)).Min();
    }

    private static double Round(TapPair taps, byte[] frame, byte[] buffer)
    {
        TimeSpan start = Environment.CpuUsage.TotalTime, elapsed = default; // the kernel works within write, and others' work does not count
        int sent = 0, received = 0;
        for (; elapsed < RoundTime; elapsed = Environment.CpuUsage.TotalTime - start)
        {
            for (int i = 0; i < Batch; i++)
            {
                _ = taps.Sender.TryWrite(frame);
            }

            sent += Batch;
            while (taps.Receiver.Read(buffer) > 0)
            {
                received++;
            }
        }

        return received == sent ? elapsed.TotalNanoseconds / sent : throw new InvalidOperationException($"{sent - received} of {sent} frames were lost");
    }
}
