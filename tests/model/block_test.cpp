#include "model.hpp"
#include "support/catch.hpp"

namespace ncc {
namespace {

const std::string block =
    "# begin: managed by the nova-compute charm\nours\n# end: managed by the nova-compute charm\n";

TEST_CASE("our part is added behind what others wrote", "[model][unit]") {
  CHECK(with_block("theirs", "ours\n") == "theirs\n" + block);
  CHECK(with_block("", "ours") == block);
}

TEST_CASE("our part is replaced where it stands", "[model][unit]") {
  const std::string old = with_block("before\n", "old\n") + "after\n";

  CHECK(with_block(old, "ours\n") == "before\n" + block + "after\n");
  CHECK(with_block(with_block(old, "ours\n"), "ours\n") == "before\n" + block + "after\n");
}

TEST_CASE("an empty part is taken away and leaves the rest", "[model][unit]") {
  CHECK(with_block("before\n" + block + "after\n", "") == "before\nafter\n");
  CHECK(with_block("theirs\n", "") == "theirs\n");
}

TEST_CASE("a first mark without a last one is not ours to cut", "[model][unit]") {
  const std::string torn = "# begin: managed by the nova-compute charm\ntheirs\n";

  CHECK(with_block(torn, "") == torn);
}

}  // namespace
}  // namespace ncc
