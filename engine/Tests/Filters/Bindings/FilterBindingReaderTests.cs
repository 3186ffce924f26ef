using Lab.Engine.Filters.Bindings;

namespace Lab.Engine.Tests.Filters.Bindings;

public sealed class FilterBindingReaderTests
{
    private const string Canonical = """
        <filterbinding>
          <owner>
            <name>guest1</name>
            <uuid>5c6d49af-b071-6127-b4ec-6f8ed4b55335</uuid>
          </owner>
          <portdev name='tap0'/>
          <linkdev name='eth0'/>
          <mac address='52:54:00:00:00:0a'/>
          <filterref filter='clean-traffic'>
            <parameter name='IP' value='192.0.2.10'/>
            <parameter name='IP' value='192.0.2.11'/>
          </filterref>
        </filterbinding>

        """;

    [Fact]
    public void A_binding_that_is_written_is_the_one_that_was_read()
    {
        BindingReadResult result = FilterBindingReader.Read("b.xml", Canonical);

        result.Diagnostics.Should().BeEmpty();
        FilterBindingWriter.Write(result.Binding!).Should().Be(Canonical);
    }

    [Fact]
    public void Everything_that_is_missing_is_reported_in_one_run()
    {
        BindingReadResult result = FilterBindingReader.Read("b.xml", """
            <filterbinding>
              <owner><name/><uuid>x</uuid></owner>
              <linkdev/>
              <mac address='01:00:5e:00:00:01'/>
            </filterbinding>
            """);

        result.Binding.Should().BeNull();
        result.Diagnostics.Select(d => (d.Code, d.Position.Line)).Should().BeEquivalentTo(
            [("NF009", 1), ("NF009", 1), ("NF009", 2), ("NF010", 2), ("NF008", 3), ("NF061", 4)]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("sixteen-bytes-xx")]
    public void A_port_must_have_a_name_that_a_device_can_have(string port) =>
        FilterBindingReader.Read("b.xml", Canonical.Replace("tap0", port, StringComparison.Ordinal))
            .Diagnostics.Should().ContainSingle(d => d.Code == "NF062");
}
