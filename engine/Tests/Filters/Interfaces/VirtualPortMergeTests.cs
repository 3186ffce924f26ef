using Lab.Engine.Filters.Interfaces;

namespace Lab.Engine.Tests.Filters.Interfaces;

public sealed class VirtualPortMergeTests
{
    private static readonly Guid Made = Guid.Parse("00000000-0000-0000-0000-000000000011"), Given = Guid.Parse("00000000-0000-0000-0000-000000000022");
    private static readonly Untyped Nothing = new(null, null, null, null, null, null);

    [Fact]
    public void Where_nobody_says_anything_there_is_no_virtual_port() => Merge(null, null).Port.Should().BeNull();

    [Fact]
    public void An_instance_that_nobody_named_is_made_up() => Merge(new Qbg(11, 5, 2, null)).Port.Should().Be(new Qbg(11, 5, 2, Made));

    [Fact]
    public void An_interface_completes_what_its_network_says() =>
        Merge(Nothing with { InstanceId = Given }, null, new Qbg(11, 5, 2, null)).Port.Should().Be(new Qbg(11, 5, 2, Given));

    [Fact]
    public void The_same_said_twice_is_said_once() => Merge(new Qbh("finance"), new Qbh("finance")).Mistakes.Should().BeEmpty();

    [Fact]
    public void What_contradicts_is_named() =>
        Merge(new Qbg(11, 5, 2, null), new Qbg(11, 6, 2, null)).Mistakes.Should().Equal("the virtual port's typeid is both '5' and '6'");

    [Fact]
    public void Types_contradict_too_and_then_each_lacks_what_it_needs() =>
        Merge(new Qbh("finance"), new Qbg(11, 5, 2, null)).Mistakes.Should().Contain("the virtual port's type is both '802.1Qbh' and '802.1Qbg'");

    [Fact]
    public void What_is_missing_is_named() => Merge(Nothing with { ManagerId = 11 }).Mistakes.Should().Equal("nobody says the virtual port's type");

    private static (VirtualPort? Port, IReadOnlyList<string> Mistakes) Merge(params VirtualPort?[] ports) => VirtualPortMerge.Of(ports, () => Made);
}
