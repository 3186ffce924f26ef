using System.Collections.Immutable;
using System.Diagnostics;
using Lab.Engine.Apply;
using Lab.Engine.Filters;
using Lab.Engine.Filters.Bindings;
using Lab.Engine.Filters.Model;
using Lab.Engine.Filters.Templates;
using Lab.Engine.Interop;
using Lab.Engine.Rulesets;
using Lab.Libvirt;

namespace Lab.Benchmarks;

/// <summary>How long it takes from parsed definitions to the kernel's acknowledgement, within one running process.</summary>
internal static class ApplyBench
{
    private const int WarmUp = 200; // ports: enough for the compiler to have seen the code

    private const int OneMore = 50; // bindings, of which the median counts

    public static void Run(int ports, bool againstLibvirt, TextWriter output)
    {
        _ = Measure(WarmUp);
        Times ours = Measure(ports);
        output.WriteLine($"bind {BoundPorts.Filter} to {ports} ports: {ours.Bind} ({ours.Bind.Wall.TotalMicroseconds / ports:F1} us a port)");
        output.WriteLine($"  compile {ours.Compile}; lower {ours.Lower}; nft and kernel {ours.Kernel}");
        output.WriteLine($"bind one more: {ours.OneMore.TotalMilliseconds:F2} ms median of {OneMore}, of which nft and kernel {ours.OneMoreKernel.TotalMilliseconds:F2} ms");
        output.WriteLine($"redefine the filter under all of them: {ours.Redefine}");
        if (againstLibvirt)
        {
            Compare(ours.Bind.Wall / ports, output);
        }
    }

    private static Times Measure(int ports)
    {
        using NetworkNamespace space = NetworkNamespace.Create();
        using KernelFirewall kernel = new(space);
        NftBackend backend = new();
        FilterBinding[] bindings = [.. Enumerable.Range(0, ports + OneMore).Select(BoundPorts.Binding)];
        Template? template = null;
        ImmutableArray<PortPolicy> policies = [];
        KernelChange? change = null;
        Cost compile = Cost.Of(() => policies = BoundPorts.Compile(template = BoundPorts.Template(), bindings[..ports]));
        Cost lower = Cost.Of(() => change = backend.Change([], policies).Value!);
        Cost load = Cost.Of(() => Run(kernel, change!));

        List<(TimeSpan All, TimeSpan Kernel)> more = [];
        foreach (FilterBinding binding in bindings[ports..])
        {
            Cost decide = Cost.Of(() =>
            {
                ImmutableArray<PortPolicy> after = policies.AddRange(BoundPorts.Compile(template!, [binding]));
                change = backend.Change(policies, after).Value!;
                policies = after;
            });
            Cost act = Cost.Of(() => Run(kernel, change!));
            more.Add(((decide + act).Wall, act.Wall));
        }

        Cost redefine = Cost.Of(() => Run(kernel, backend.Change(
            policies, BoundPorts.Compile(BoundPorts.Template(BoundPorts.Redefined()), bindings)).Value!));
        return new(compile, lower, load, Median(more.Select(m => m.All)), Median(more.Select(m => m.Kernel)), redefine);
    }

    private static void Run(KernelFirewall kernel, KernelChange change)
    {
        foreach (KernelCommand command in change.Commands)
        {
            kernel.Run(command);
        }
    }

    /// <summary>libvirt's time grows with the ports that are there, so two sizes are shown.</summary>
    private static void Compare(TimeSpan ours, TextWriter output)
    {
        if (PrivateLibvirtd.WhyNot is { } reason)
        {
            output.WriteLine($"libvirt was left out: {reason}");
            return;
        }

        foreach (int taps in new[] { 5, 20 })
        {
            using PrivateLibvirtd libvirtd = PrivateLibvirtd.Start();
            using TapPair devices = TapPair.Enter(libvirtd.NetworkNamespace, taps);
            _ = libvirtd.Define(FilterLibrary.Stock.Values.OrderBy(Depth).Select(FilterWriter.Write));
            Stopwatch watch = Stopwatch.StartNew();
            IReadOnlyList<VirshAnswer> answers = libvirtd.Bind(Enumerable.Range(0, taps).Select(BoundPorts.BindingXml));
            TimeSpan theirs = watch.Elapsed / taps;
            output.WriteLine($"libvirt, {taps} taps: {theirs.TotalMilliseconds:F1} ms a port, {theirs / ours:F0} times ours"
                + string.Concat(answers.Where(answer => !answer.Succeeded).Take(1).Select(answer => $"; refused: {answer.Refusal}")));
        }
    }

    /// <summary>libvirt wants a filter to be there before another refers to it.</summary>
    private static int Depth(FilterDefinition filter) => filter.Entries.OfType<ReferenceEntry>()
        .Select(reference => Depth(FilterLibrary.Stock[reference.Filter]) + 1).DefaultIfEmpty(0).Max();

    private static TimeSpan Median(IEnumerable<TimeSpan> times) => times.Order().ElementAt(OneMore / 2);

    private sealed record Times(Cost Compile, Cost Lower, Cost Kernel, TimeSpan OneMore, TimeSpan OneMoreKernel, Cost Redefine)
    {
        public Cost Bind => Compile + Lower + Kernel;
    }

    /// <param name="Processor">Of both cores, in the kernel too; other work on the machine does not change it.</param>
    private readonly record struct Cost(TimeSpan Wall, TimeSpan Processor)
    {
        public static Cost Of(Action work)
        {
            TimeSpan processor = Environment.CpuUsage.TotalTime;
            Stopwatch watch = Stopwatch.StartNew();
            work();
            return new(watch.Elapsed, Environment.CpuUsage.TotalTime - processor);
        }

        public static Cost operator +(Cost one, Cost other) => new(one.Wall + other.Wall, one.Processor + other.Processor);

        public override string ToString() => $"{Wall.TotalMilliseconds:F1} ms, of the processor {Processor.TotalMilliseconds:F1} ms";
    }
}
