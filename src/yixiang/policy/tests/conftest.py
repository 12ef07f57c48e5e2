import pytest

from yixiang.policy.tests.lending import Desk


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path / "policies")
