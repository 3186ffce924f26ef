using System.Collections.Immutable;
using Lab.Engine.Apply;
using Lab.Engine.Filters;
using Lab.Engine.Filters.Model;
using Lab.Engine.Filters.Templates;
using Lab.Engine.Interop;
using Lab.Engine.Packets;
using Lab.Engine.Rulesets;

namespace Lab.Tests.Kernel;

/// <summary>Many elements go to the kernel without nft's parser; the kernel must hold the same as if nft had read all of it.</summary>
public sealed class BulkLoadTests
{
    private const int Ports = 300; // times four elements and more

    private const string Stateful = """
        <filter name='stateful'>
          <filterref filter='clean-traffic'/>
          <rule action='accept' direction='out'><tcp srcipaddr='$IP' dstportstart='80'/></rule>
          <rule action='drop' direction='in'><mac match='no' dstmacaddr='$MAC'/></rule>
          <rule action='drop' direction='out'><arp gratuitous='true'/></rule>
          <rule action='reject' direction='inout'><all/></rule>
        </filter>
        """;

    [KernelTheory]
    [InlineData("clean-traffic")]
    [InlineData("stateful")]
    public void Rules_loaded_in_bulk_are_those_that_nft_reads(string filter)
    {
        NftBackend backend = new();
        KernelCommand whole = backend.Change([], Policies(filter, Ports, 0)).Value!.Commands.Single();
        using NetworkNamespace one = NetworkNamespace.Create(), other = NetworkNamespace.Create();
        using KernelFirewall bulk = new(one), read = new(other);

        bulk.Run(whole);
        read.Run(new(KernelTool.Nft, whole.Text, []));

        backend.Holdings(bulk).Should().Equal(backend.Holdings(read)).And.HaveCountGreaterThan(4 * Ports);
    }

    [KernelTheory]
    [InlineData(1)]
    [InlineData(Ports)] // new chains, and nearly all ports
    public void A_change_leaves_what_loading_everything_gives(int changed)
    {
        NftBackend backend = new();
        ImmutableArray<PortPolicy> before = Policies("clean-traffic", Ports, 0);
        ImmutableArray<PortPolicy> after = [.. before.Skip(1), .. Policies("stateful", changed, Ports)];
        using NetworkNamespace one = NetworkNamespace.Create(), other = NetworkNamespace.Create();
        using KernelFirewall followed = new(one), fresh = new(other);
        followed.Run(backend.Change([], before).Value!.Commands.Single());

        foreach (KernelCommand step in backend.Change(before, after).Value!.Commands)
        {
            followed.Run(step);
        }

        fresh.Run(backend.Restore(ImmutableHashSet<string>.Empty, after).Value!.Commands.Single());

        backend.Holdings(followed).Should().Equal(backend.Holdings(fresh));
    }

    [KernelFact]
    public void A_refused_batch_leaves_everything_as_it_was()
    {
        NftBackend backend = new();
        ImmutableArray<PortPolicy> before = Policies("clean-traffic", Ports, 0);
        using NetworkNamespace space = NetworkNamespace.Create();
        using KernelFirewall kernel = new(space);
        kernel.Run(backend.Change([], before).Value!.Commands.Single());
        KernelCommand change = backend.Change(before, [.. before.Skip(1), .. Policies("clean-traffic", 1, Ports)]).Value!.Commands.Single();
        kernel.Run(change);
        var held = backend.Holdings(kernel);

        FluentActions.Invoking(() => kernel.Run(change)).Should().Throw<KernelRefusedException>("what it deletes is gone already");

        backend.Holdings(kernel).Should().Equal(held);
    }

    private static ImmutableArray<PortPolicy> Policies(string filter, int count, int first)
    {
        FilterDefinition stateful = FilterReader.Read("stateful.xml", Stateful).Filter!;
        Template template = ProgramCompiler.Resolve(FilterLibrary.Stock.SetItem(stateful.Name, stateful), filter).Template!;
        return [.. Enumerable.Range(first, count).Select(i => new PortPolicy(InterfaceName.Parse($"tap{i}"), Instantiation.Of(
            template, MacAddress.FromBits(0x5254_0000_0000ul + (uint)i),
            ParameterSet.Empty.Append("IP", new(new Ipv4Address(0x0A00_0001u + (uint)i).ToString(), new("test", 0, 0)))).Port!))];
    }
}
