using Lab.Engine.Filters;
using Lab.Engine.Filters.Model;
using Lab.Libvirt;
using Lab.Tests.Libvirt;

namespace Lab.Tests.Filters;

public sealed class CanonicalFormTests
{
    private const string Installed = InstalledFiltersFactAttribute.Folder;

    [InstalledFiltersFact]
    public void Every_installed_filter_is_accepted_and_printed_as_libvirt_prints_it()
    {
        string[] files = Directory.GetFiles(Installed, "*.xml");
        files.Should().HaveCountGreaterThanOrEqualTo(24);
        FilterDefinition[] filters = [.. files.Select(f => FilterReader.Read(f, File.ReadAllText(f)).Filter!)];

        ShouldPrintAlike(filters, [.. files.Select(File.ReadAllText)]);
    }

    [LibvirtFact]
    public void Every_built_in_filter_is_printed_as_libvirt_prints_it() =>
        ShouldPrintAlike([.. FilterLibrary.Stock.Values], [.. FilterLibrary.Stock.Values.Select(FilterWriter.Write)]);

    [InstalledFiltersFact]
    public void Every_built_in_filter_means_the_installed_one_of_its_name()
    {
        foreach (string file in Directory.GetFiles(Installed, "*.xml"))
        {
            FilterDefinition installed = FilterReader.Read(file, File.ReadAllText(file)).Filter!;

            FilterWriter.Write(FilterLibrary.Stock[installed.Name]).Should().Be(FilterWriter.Write(installed with { Uuid = null }));
        }
    }

    private static void ShouldPrintAlike(FilterDefinition[] filters, string[] documents)
    {
        using PrivateLibvirtd libvirt = PrivateLibvirtd.Start();
        libvirt.Define(documents).Should().OnlyContain(answer => answer.Succeeded);
        foreach ((FilterDefinition filter, VirshAnswer dump) in filters.Zip(libvirt.Dump(filters.Select(f => f.Name))))
        {
            FilterDefinition theirs = FilterReader.Read("dump.xml", dump.Output).Filter!;

            FilterWriter.Write(filter with { Uuid = theirs.Uuid }).TrimEnd().Should().Be(dump.Output.TrimEnd());
        }
    }
}
