using System.Diagnostics;
using Lab.Agreement;
using Lab.Contract.Testbeds;
using Lab.Engine.Diagnostics;
using Lab.Engine.Filters;
using Lab.Engine.Filters.Model;
using Lab.Engine.Filters.Templates;
using Lab.Engine.Packets;
using Lab.Kernel;
using Lab.Simulated;
using Lab.Simulator.Switching;
using Lab.Simulator.Time;
using Lab.Testbeds;

namespace Lab.Benchmarks;

/// <summary>What <c>nwlab bench simulator</c> measures. One thread, wall clock, every guest bound to clean-traffic.</summary>
internal static class SimulatorBenchmark
{
    private const int Guests = 100_000;
    private const int Frames = 2_000_000;
    private const int Topologies = 100;
    private const int ChecksInBatch = 400;
    private const int Batches = 100;

    public static void Run(TextWriter output)
    {
        output.WriteLine($"{Environment.ProcessorCount} processors, {System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription}, one thread");
        foreach (int ports in new[] { 2, 100, 1000 })
        {
            Forwarding(output, ports);
        }

        Building(output);
        Agreement(output);
    }

    private static void Forwarding(TextWriter output, int ports)
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        FilteredSwitch made = new(ports);
        made.SendRound(Frames / 10 / ports * ports);
        long memory = GC.GetTotalMemory(forceFullCollection: true) - before;

        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        made.SendRound(Frames);
        TimeSpan time = Stopwatch.GetElapsedTime(start);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        output.WriteLine($"{ports,7:n0} filtered ports: {Frames / time.TotalSeconds,12:n0} frames/s, "
            + $"{(double)allocated / Frames:0.###} bytes allocated a frame, {memory / ports:n0} bytes of memory a port");
        if (made.Delivered < Frames)
        {
            throw new UnreachableException("frames were lost on the way");
        }
    }

    private static void Building(TextWriter output)
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long start = Stopwatch.GetTimestamp();
        FilteredSwitch made = new(Guests);
        TimeSpan time = Stopwatch.GetElapsedTime(start);
        long memory = GC.GetTotalMemory(forceFullCollection: true) - before;
        output.WriteLine($"{Guests:n0} filtered guests on one switch: built in {time.TotalSeconds:0.00} s, {memory >> 20:n0} MiB");
        start = Stopwatch.GetTimestamp();
        made.SendRound(Guests);
        output.WriteLine($"  a frame from each of them: {Stopwatch.GetElapsedTime(start).TotalSeconds:0.00} s, then "
            + $"{GC.GetTotalMemory(forceFullCollection: true) - before >> 20:n0} MiB");
    }

    private static void Agreement(TextWriter output)
    {
        if (KernelTestbed.Unavailable() is { } reason)
        {
            output.WriteLine($"kernel: left out, because {reason}");
            return;
        }

        Topology topology = ThreeGuests();
        using ITestbed kernel = TestbedCatalog.All.First(kind => kind.Name == "kernel").Create();
        using ITestbed simulator = new SimulatedTestbed(PortPrograms.Compile);
        Stimulus[] batch = Stimuli(topology);
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Topologies; i++)
        {
            using ILiveTopology live = kernel.Build(topology);
            _ = live.Send([batch[0]]);
        }

        output.WriteLine($"kernel topologies (three guests, rules, one frame, down): {Topologies / Stopwatch.GetElapsedTime(start).TotalSeconds:n0} a second");
        using ILiveTopology real = kernel.Build(topology), simulated = simulator.Build(topology);
        start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Batches; i++)
        {
            bool same = real.Send(batch).Deliveries.Zip(simulated.Send(batch).Deliveries)
                .All(pair => pair.First.At == pair.Second.At && Differences.Same(pair.First.Frame, pair.Second.Frame));
            if (!same)
            {
                throw new UnreachableException("simulator and kernel disagree");
            }
        }

        output.WriteLine($"agreement of simulator and kernel: {Batches * ChecksInBatch / Stopwatch.GetElapsedTime(start).TotalSeconds:n0} frames checked a second");
    }

    private static Topology ThreeGuests() => new(FilterLibrary.Stock,
        [.. Enumerable.Range(1, 3).Select(i => new Guest(new($"g{i}"), FilteredSwitch.MacOf(i), FilteredSwitch.UseOf(i)))]);

    /// <summary>Honest and spoofed datagrams in turn, between neighbours that the bridge comes to know.</summary>
    private static Stimulus[] Stimuli(Topology topology) => [.. Enumerable.Range(0, ChecksInBatch).Select(i =>
    {
        int from = i % 3 + 1, to = (i + 1) % 3 + 1;
        int said = i % 5 == 0 ? 99 : from;
        return new Stimulus(topology.Guests[from - 1].Name, FilteredSwitch.Datagram(from, to, said));
    })];

    /// <summary>A switch whose guests all have clean-traffic, and a datagram from each to the next.</summary>
    private sealed class FilteredSwitch : IHostPort, IFrameSink
    {
        private readonly Bridge _bridge;
        private readonly byte[][] _frames;

        public FilteredSwitch(int ports)
        {
            _bridge = new(new(MacAddress.FromBits(0x5254_0000_00FE)), new VirtualClock(), this);
            _frames = new byte[ports][];
            Template template = ProgramCompiler.Resolve(FilterLibrary.Stock, "clean-traffic").Template!;
            for (int i = 0; i < ports; i++)
            {
                CompileResult compiled = Instantiation.Of(template, MacOf(i), UseOf(i).Parameters);
                BridgePort port = _bridge.AddPort(
                    new("guest", Devices.PortMac(MacOf(i))), this, new PortFilter(compiled.Program!));
                _bridge.AddStatic(MacOf(i), port);
                _frames[i] = Datagram(i, (i + 1) % ports, i);
            }
        }

        public long Delivered { get; private set; }

        public static MacAddress MacOf(int i) => MacAddress.FromBits(0x5254_0100_0000 + (ulong)i);

        public static FilterUse UseOf(int i) =>
            new("clean-traffic", ParameterSet.Empty.Append("IP", new(AddressOf(i).ToString(), new SourcePosition("bench", 0, 0))));

        public static byte[] Datagram(int from, int to, int said) => Lab.Engine.Packets.Frames.Ethernet(
            MacOf(to), MacOf(from), EtherType.Ipv4, Lab.Engine.Packets.Frames.Udp(AddressOf(said), 4000, AddressOf(to), 4242, "benchmark"u8));

        public void SendRound(int frames)
        {
            for (int i = 0, at = 0; i < frames; i++)
            {
                _bridge.Receive(_bridge.Ports[at], _frames[at]);
                at = at + 1 == _frames.Length ? 0 : at + 1;
            }
        }

        public void Accept(ReadOnlySpan<byte> frame) => Delivered++;

        public void Receive(Bridge bridge, in PassingFrame frame)
        {
        }

        private static Ipv4Address AddressOf(int i) => new(0x0A00_0000u + (uint)i + 1);
    }
}
