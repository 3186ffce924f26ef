using System.Text;
using System.Xml;

namespace Lab.Engine.Filters;

/// <summary>What a filter may be called: its definition is kept in a file of that name (quirk 1).</summary>
public static class FilterName
{
    /// <summary>Bytes: what a directory entry holds (NAME_MAX), less <c>.xml</c> and room for a temporary suffix.</summary>
    public const int MaximumLength = 240;

    /// <summary>An XML NCName, as libvirt's schema demands and its parser does not.</summary>
    public static bool IsUsual(string name)
    {
        try
        {
            _ = XmlConvert.VerifyNCName(name);
            return true;
        }
        catch (XmlException)
        {
            return false;
        }
    }

    /// <summary>Why no file can have this name, as a sentence; null for a safe name.</summary>
    public static string? WhyUnsafe(string name) =>
        name.Contains('/') ? $"the name '{name}' has a '/' in it"
        : name.StartsWith('.') ? $"the name '{name}' begins with a dot"
        : name.Any(char.IsControl) ? "the name has a control character in it"
        : Encoding.UTF8.GetByteCount(name) > MaximumLength ? $"the name is longer than {MaximumLength} bytes"
        : null;
}
