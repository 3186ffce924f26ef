using System.Collections.Immutable;
using System.Diagnostics;
using Lab.Engine.Apply;
using Lab.Engine.Filters;
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
        output.WriteLine($"bind {BoundPorts.Filter} to {ports} ports: {ours.Bind.TotalMilliseconds:F1} ms ({ours.Bind.TotalMicroseconds / ports:F1} us a port)");
        output.WriteLine($"  of processor time, which other work on the machine does not change: {ours.Processor.TotalMilliseconds:F1} ms");
        output.WriteLine($"  compile {ours.Compile.TotalMilliseconds:F1} ms, lower {ours.Lower.TotalMilliseconds:F1} ms, nft and kernel {ours.Kernel.TotalMilliseconds:F1} ms");
        output.WriteLine($"bind one more: {ours.OneMore.TotalMilliseconds:F2} ms median of {OneMore}, of which nft and kernel {ours.OneMoreKernel.TotalMilliseconds:F2} ms");
        output.WriteLine($"redefine the filter under all of them: {ours.Redefine.TotalMilliseconds:F1} ms");
        if (againstLibvirt)
        {
            Compare(ours.Bind / ports, output);
        }
    }

    private static Times Measure(int ports)
    {
        using NetworkNamespace space = NetworkNamespace.Create();
        using KernelFirewall kernel = new(space);
        NftBackend backend = new();
        TimeSpan processor = Environment.CpuUsage.TotalTime;
        Stopwatch watch = Stopwatch.StartNew();
        Template template = BoundPorts.Template();
        ImmutableArray<PortPolicy> policies = BoundPorts.Compile(template, Enumerable.Range(0, ports));
        TimeSpan compile = watch.Elapsed;
        KernelChange change = backend.Change([], policies).Value!;
        TimeSpan lower = watch.Elapsed - compile;
        Run(kernel, change);
        TimeSpan bind = watch.Elapsed;
        processor = Environment.CpuUsage.TotalTime - processor;

        List<(TimeSpan All, TimeSpan Kernel)> more = [];
        for (int i = 0; i < OneMore; i++)
        {
            watch.Restart();
            ImmutableArray<PortPolicy> after = policies.Add(BoundPorts.Compile(template, ports + i));
            KernelChange one = backend.Change(policies, after).Value!;
            TimeSpan before = watch.Elapsed;
            Run(kernel, one);
            more.Add((watch.Elapsed, watch.Elapsed - before));
            policies = after;
        }

        watch.Restart();
        Template redefined = BoundPorts.Template(BoundPorts.Redefined());
        ImmutableArray<PortPolicy> next = BoundPorts.Compile(redefined, Enumerable.Range(0, ports));
        Run(kernel, backend.Change(policies, next).Value!);
        return new(processor, compile, lower, bind - compile - lower, bind, Median(more.Select(m => m.All)), Median(more.Select(m => m.Kernel)), watch.Elapsed);
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

    private sealed record Times(
        TimeSpan Processor, TimeSpan Compile, TimeSpan Lower, TimeSpan Kernel, TimeSpan Bind, TimeSpan OneMore, TimeSpan OneMoreKernel, TimeSpan Redefine);
}
