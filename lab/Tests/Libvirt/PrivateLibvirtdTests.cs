using Lab.Libvirt;

namespace Lab.Tests.Libvirt;

public sealed class PrivateLibvirtdTests : IDisposable
{
    private readonly PrivateLibvirtd? _libvirt = PrivateLibvirtd.WhyNot is null ? PrivateLibvirtd.Start() : null;

    private PrivateLibvirtd Libvirt => _libvirt!;

    public void Dispose() => _libvirt?.Dispose();

    [LibvirtFact]
    public void It_starts_without_a_single_filter_whatever_the_machine_has_installed() =>
        Libvirt.List().Should().BeEmpty();

    [LibvirtFact]
    public void It_answers_each_command_of_a_batch_in_order_refusals_included()
    {
        string[] documents =
        [
            .. Enumerable.Range(0, 500).Select(i => i % 5 == 0
                ? $"<filter name='f{i}'><rule action='nonsense' direction='in'/></filter>"
                : $"<filter name='f{i}'><rule action='drop' direction='in' priority='{i}'/></filter>"),
        ];

        IReadOnlyList<VirshAnswer> answers = Libvirt.Define(documents);

        answers.Select(answer => answer.Succeeded).Should()
            .Equal(Enumerable.Range(0, 500).Select(i => i % 5 != 0));
        answers[0].Refusal.Should().Be("unsupported configuration: unknown rule action attribute value");
        Libvirt.Dump(["f1", "f2"]).Select(answer => answer.Output)
            .Should().SatisfyRespectively(
                one => one.Should().Contain("priority='1'").And.EndWith("</filter>"),
                two => two.Should().Contain("priority='2'").And.EndWith("</filter>"));
        Libvirt.List().Should().HaveCount(400);
        Libvirt.Undefine(["f1", "f0"]).Select(answer => answer.Succeeded).Should().Equal(true, false);
    }

    [LibvirtFact]
    public void It_loads_rules_for_a_device_of_its_own_namespace_and_removes_them()
    {
        Libvirt.Define(["<filter name='f'><rule action='drop' direction='in'/></filter>"]);
        Libvirt.Run("ip", "tuntap", "add", "dev", "lab0", "mode", "tap");

        VirshAnswer bound = Libvirt.Bind(
            ["""
             <filterbinding>
               <owner><name>g</name><uuid>6f9f1b3e-2f6e-4c54-9c6b-2b1c5ab2e7d1</uuid></owner>
               <portdev name='lab0'/>
               <mac address='52:54:00:00:00:01'/>
               <filterref filter='f'/>
             </filterbinding>
             """])[0];

        bound.Refusal.Should().BeNull();
        Libvirt.Run("ebtables-save").Should().Contain("-A libvirt-O-lab0 -j DROP");
        Libvirt.Unbind(["lab0"])[0].Succeeded.Should().BeTrue();
        Libvirt.Run("ebtables-save").Should().NotContain("lab0");
    }

    [LibvirtFact]
    public void Nothing_of_it_is_left_when_it_is_disposed()
    {
        string place = Libvirt.NetworkNamespace;
        File.Exists(place).Should().BeTrue();

        Libvirt.Dispose();

        File.Exists(place).Should().BeFalse();
    }
}
