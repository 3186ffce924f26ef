using Lab.Engine.Diagnostics;
using Lab.Engine.Documents;
using Lab.Engine.Filters.Model;
using Lab.Engine.Filters.Values;
using Lab.Engine.Packets;

namespace Lab.Engine.Filters.Bindings;

/// <summary>Reads a <c>&lt;filterbinding&gt;</c> document as libvirt does, and reports every mistake in one run.</summary>
public static class FilterBindingReader
{
    public static BindingReadResult Read(string file, string text, bool strict = false)
    {
        Findings findings = new(strict);
        DocumentElement? root = DocumentReader.Read(file, text, "filterbinding", findings);
        FilterBinding? binding = root is null ? null : ReadBinding(new(root, findings));
        return new(findings.HasErrors ? null : binding, findings.ToImmutable());
    }

    private static FilterBinding ReadBinding(ElementReader binding)
    {
        Findings findings = binding.Findings;
        BindingOwner owner = binding.RequiredChild("owner") is { } element ? ReadOwner(new(element, findings)) : new("", default);
        InterfaceName port = ReadDevice(binding.RequiredChild("portdev"), findings) ?? default;
        InterfaceName? link = ReadDevice(binding.Child("linkdev"), findings);
        MacAddress mac = MacElement.Read(binding.RequiredChild("mac"), findings) ?? default;
        ReferenceEntry? filter = binding.RequiredChild("filterref") is { } reference ? ReferenceReader.Read(reference, findings) : null;
        binding.ReportTheRest();
        return new(owner, port, link, mac, filter ?? new("", ParameterSet.Empty, binding.Position), binding.Position);
    }

    private static BindingOwner ReadOwner(ElementReader owner)
    {
        string name = ReadText(owner.RequiredChild("name"), owner.Findings) ?? "";
        DocumentElement? uuid = owner.RequiredChild("uuid");
        string? text = ReadText(uuid, owner.Findings);
        owner.ReportTheRest();
        if (!UuidSyntax.TryParse(text, out Guid value) && text is not null)
        {
            owner.Findings.Add(DiagnosticTable.MalformedUuid, uuid!.Position, $"'{text.Trim()}' is not a UUID");
        }

        return new(name, value);
    }

    private static string? ReadText(DocumentElement? element, Findings findings)
    {
        if (element is null)
        {
            return null;
        }

        ElementReader reader = new(element, findings);
        string text = reader.Text();
        reader.ReportTheRest();
        if (text.Length == 0)
        {
            findings.Add(DiagnosticTable.MissingElement, element.Position, $"<{element.Name}> is empty");
        }

        return text;
    }

    private static InterfaceName? ReadDevice(DocumentElement? element, Findings findings)
    {
        if (element is null)
        {
            return null;
        }

        ElementReader device = new(element, findings);
        DocumentAttribute? name = device.Required("name");
        device.ReportTheRest();
        return name is null ? null : DeviceName.Read(name, findings);
    }
}
