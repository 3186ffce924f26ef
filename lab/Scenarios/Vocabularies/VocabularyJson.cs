using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lab.Scenarios.Vocabularies;

/// <summary>The vocabulary for editors and other programs.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(Vocabulary))]
internal sealed partial class VocabularyJson : JsonSerializerContext
{
    public static string Of(Vocabulary vocabulary) => JsonSerializer.Serialize(vocabulary, Default.Vocabulary);
}
